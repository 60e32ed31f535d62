"""`opc records`: check, list and show the programmes; reading them is `knowledge.records`."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import InputRejected
from bot.locale import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from knowledge.programmes import Condition, Programme

app = typer.Typer(no_args_is_help=True, help="Check, list and show the policy records.")

Folder = Annotated[Path | None, typer.Option("--folder", help="A folder or one file of records.")]
Lang = Annotated[str, typer.Option("--lang", help="zh or en; the terminal's language if absent.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="Folders or files.")] = None,
    as_json: AsJson = False,
    lang: Lang = "",
) -> None:
    """Report every fault with its file, record and place; exit 1 if there is one."""
    from knowledge.records import RECORDS, check_records

    lang = _language(lang)
    faults = [fault for path in paths or [RECORDS] for fault in check_records(_existing(path))]
    if as_json:
        typer.echo(_json([{k: getattr(fault, k) for k in fault.__slots__} for fault in faults]))
    else:
        _say([str(fault) for fault in faults])
        typer.echo(_verdict(len(faults), paths, lang), err=bool(faults))
    if faults:
        raise typer.Exit(1)


@app.command("list")
def list_(
    place: Annotated[str, typer.Option(help="A place in Chinese, English or pinyin.")] = "",
    kind: Annotated[str, typer.Option(help="Such as compute_voucher, grant or loan.")] = "",
    status: Annotated[str, typer.Option(help="active, draft, closed or expired.")] = "",
    as_json: AsJson = False,
    lang: Lang = "",
    folder: Folder = None,
) -> None:
    """List programmes, narrowed by place, kind and status."""
    lang = _language(lang)
    kind, status = _known("kind", kind), _known("status", status)
    found = [
        p
        for p in _in_place(_load(folder), place)
        if kind in {"", p.kind} and status in {"", p.status}
    ]
    if as_json:
        typer.echo(_json([_row(p) for p in found]))
        return
    _say([_line(p, lang) for p in found])
    typer.echo(text("records.listed", lang, count=len(found)), err=True)


@app.command()
def show(
    programme_id: Annotated[str, typer.Argument(metavar="ID")],
    as_json: AsJson = False,
    lang: Lang = "",
    folder: Folder = None,
) -> None:
    """Show one programme with its conditions and source."""
    programme = _one(_load(folder), programme_id)
    if as_json:
        typer.echo(_json(programme.model_dump(mode="json")))
    else:
        _say(list(_page(programme, _language(lang))))


def _load(folder: Path | None) -> tuple[Programme, ...]:
    from knowledge.records import RECORDS, load_programmes

    return load_programmes(_existing(folder or RECORDS))


def _existing(path: Path) -> Path:
    if not path.exists():
        raise InputRejected(msgid="records.no_path", path=path)
    return path


def _language(lang: str) -> str:
    from bot.cli import terminal_language

    if lang not in {"", "zh", "en"}:
        raise InputRejected(msgid="records.not_one_of", value=lang, known="zh, en")
    return lang or terminal_language()


def _known(name: str, value: str) -> str:
    """The value, if the schema has it: a typing error must not look like an empty list."""
    from typing import get_args

    from knowledge.programmes import Kind, Status

    known = get_args({"kind": Kind, "status": Status}[name])
    if value and value not in known:
        raise InputRejected(msgid="records.not_one_of", value=value, known=", ".join(known))
    return value


def _in_place(programmes: Sequence[Programme], name: str) -> list[Programme]:
    """Programmes of a place and of the places within it."""
    if not name:
        return list(programmes)
    from knowledge.places import GAZETTEER

    spans = GAZETTEER.find(name)
    if not spans:
        raise InputRejected(msgid="records.unknown_place", place=name)
    wanted = {span.place.id for span in spans}
    if wanted != {"cn"}:  # the whole country means its own rules, not every city's
        wanted |= {inner for place in wanted for inner in GAZETTEER.within(place)}
    return [p for p in programmes if GAZETTEER.of(p.jurisdiction).id in wanted]


def _one(programmes: Sequence[Programme], programme_id: str) -> Programme:
    by_id = {p.id: p for p in programmes}
    if programme_id not in by_id:
        near = difflib.get_close_matches(programme_id, by_id, n=3, cutoff=0.4)
        msgid = "records.unknown_id_near" if near else "records.unknown_id"
        raise InputRejected(msgid=msgid, id=programme_id, near=", ".join(near))
    return by_id[programme_id]


def _verdict(faults: int, paths: Sequence[Path] | None, lang: str) -> str:
    from knowledge.records import RECORDS, load_programmes

    if faults:
        return text("records.faults", lang, count=faults)
    records = sum(len(load_programmes(path)) for path in paths or [RECORDS])
    return text("records.valid", lang, count=records)


def _place(programme: Programme, lang: str) -> str:
    from knowledge.places import GAZETTEER

    place = GAZETTEER.of(programme.jurisdiction)
    if place.id == "cn":
        return text("records.national", lang)
    chain = [GAZETTEER.get(i) for i in GAZETTEER.ancestors(place.id) if i != "cn"]
    if lang == "zh":  # the largest first
        return "".join(dict.fromkeys(p.zh for p in (*reversed(chain), place)))
    return ", ".join(dict.fromkeys(p.en for p in (place, *chain)))


def _row(programme: Programme) -> dict[str, Any]:
    fields = {"id", "jurisdiction", "title", "kind", "status", "beneficiary", "effective_from"}
    return programme.model_dump(mode="json", include=fields | {"effective_until", "confidence"})


def _line(programme: Programme, lang: str) -> str:
    return text(
        "records.line",
        lang,
        id=programme.id,
        title=programme.title.in_(lang),
        place=_place(programme, lang),
        kind=text(f"records.kind.{programme.kind}", lang),
        status=text(f"records.status.{programme.status}", lang),
    )


def _page(programme: Programme, lang: str) -> Iterator[str]:
    yield programme.title.in_(lang)
    yield _line(programme, lang)
    yield from _section("also", programme.aliases, lang)
    yield from _section("summary", [programme.summary.in_(lang)], lang)
    yield from _section("benefits", _benefits(programme, lang), lang)
    yield from _section("conditions", _conditions(programme, lang), lang)
    yield from _section("application", _application(programme, lang), lang)
    yield from _section("caveats", [c.in_(lang) for c in programme.caveats], lang)
    yield from _section("source", _source(programme, lang), lang)


def _section(name: str, lines: Sequence[str], lang: str) -> Iterator[str]:
    if lines:
        yield ""
        yield text(f"records.{name}", lang)
        yield from (f"  - {line}" for line in lines)


def _benefits(programme: Programme, lang: str) -> list[str]:
    from knowledge.benefit_wording import benefit_sentence

    return [
        text(
            f"records.role.{benefit.role}",
            lang,
            benefit=benefit_sentence(benefit).in_(lang),
            payee=text(f"records.payee.{programme.payee(benefit)}", lang),
        )
        for benefit in programme.benefits
    ]


def _conditions(programme: Programme, lang: str) -> list[str]:
    items = {benefit.key: benefit.item.in_(lang) for benefit in programme.benefits}
    return [_condition(condition, items, lang) for condition in programme.conditions]


def _condition(condition: Condition, items: Mapping[str, str], lang: str) -> str:
    said = condition.text.in_(lang)
    if condition.person:
        said = text("records.judged", lang, condition=said, why=condition.person.in_(lang))
    if condition.benefit:
        return text("records.limits", lang, condition=said, benefit=items[condition.benefit])
    return said


def _application(programme: Programme, lang: str) -> list[str]:
    told = programme.application
    texts = [told.channel, *(told.documents or ()), told.recurring]
    dates = ("window_opens", "window_closes", "next_window_opens", "next_deadline")
    return [
        *(t.in_(lang) for t in texts if t),
        *(
            text(f"records.{name}", lang, date=getattr(told, name))
            for name in dates
            if getattr(told, name)
        ),
    ]


def _source(programme: Programme, lang: str) -> list[str]:
    source = programme.source
    confidence = text(f"records.confidence.{programme.confidence}", lang)
    lines = [programme.issuing_body.in_(lang) if programme.issuing_body else None]
    lines += [programme.doc_no, source.publisher, source.url, source.official_url]
    lines.append(text("records.seen", lang, date=source.seen, confidence=confidence))
    return list(dict.fromkeys(line for line in lines if line))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _say(lines: Sequence[str]) -> None:
    if lines:
        typer.echo("\n".join(lines))
