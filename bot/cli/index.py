"""`opc index`: build, look at and search the index; `ingest` and `knowledge` do the work."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import InputRejected
from bot.locale import has_message, text

if TYPE_CHECKING:
    from ingest.generations import SyncReport
    from knowledge.passages import Filter, Hit, Passage

app = typer.Typer(no_args_is_help=True, help="Build, look at and search the index.")

Lang = Annotated[str, typer.Option("--lang", help="zh or en; the terminal's language if absent.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Mode(StrEnum):
    hybrid = "hybrid"
    lexical = "lexical"
    dense = "dense"


@app.command()
def sync(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Markdown files or folders to take in.")
    ] = None,
    as_json: AsJson = False,
    lang: Lang = "",
) -> None:
    """Take documents in and publish a new generation; exit 1 if a document was left out."""
    from bot.settings import load_settings
    from ingest.generations import sync as build
    from knowledge.embeddings import load_embeddings

    settings, lang = load_settings(), _language(lang)
    embedder = load_embeddings(settings.embedding_model or None)
    report = build(settings.data_dir, paths or [], embedder, on_progress=_Progress(lang))
    for fault in report.faults:
        typer.echo(text("index.fault", lang, reason=_told(fault, lang)), err=True)
    typer.echo(_json(_report(report)) if as_json else _summary(report, lang))
    if report.faults:
        raise typer.Exit(1)


@app.command()
def status(as_json: AsJson = False, lang: Lang = "") -> None:
    """Show the current generation, after checking that its files are whole."""
    from bot.settings import load_settings
    from ingest.library import Library
    from knowledge.manifest import (
        MANIFEST,
        current_name,
        generation_folder,
        read_manifest,
        verify,
    )

    settings, lang = load_settings(), _language(lang)
    root = settings.data_dir / "index"
    folder = generation_folder(root, current_name(root))
    manifest = read_manifest(folder)
    verify(folder, manifest, contents=True)
    documents = sorted(Library(settings.data_dir / "library").documents)
    built = datetime.fromtimestamp((folder / MANIFEST).stat().st_mtime, settings.zone)
    facts: dict[str, Any] = {
        "generation": manifest.generation,
        "built": built.isoformat(timespec="seconds"),
        "folder": str(folder),
        "model": manifest.model_id,
        "dimensions": manifest.dimensions,
        "programmes": manifest.programmes,
        "passages": manifest.passages,
        "megabytes": round(_size(folder) / 1e6, 1),
    }
    if as_json:
        typer.echo(_json(facts | {"documents": documents}))
        return
    typer.echo(text("index.status", lang, documents=len(documents), **facts))
    for document in documents:
        typer.echo(f"  {document}")


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for, in Chinese or English.")],
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 5,
    as_json: AsJson = False,
    place: Annotated[str, typer.Option(help="Only what applies in this place.")] = "",
    on: Annotated[str, typer.Option(metavar="DATE", help="Only what is valid that day.")] = "",
    kind: Annotated[str, typer.Option(help="Such as compute_voucher, grant or loan.")] = "",
    scope: Annotated[str, typer.Option(help="public, or members:<incubator>.")] = "public",
    mode: Annotated[Mode, typer.Option(help="By words, by meaning, or both.")] = Mode.hybrid,
    lang: Lang = "",
) -> None:
    """Search the current generation."""
    from bot.settings import load_settings
    from knowledge.embeddings import load_embeddings
    from knowledge.index import Index

    settings, lang = load_settings(), _language(lang)
    wanted = _filter(place, on, kind, scope)
    embedder = load_embeddings(settings.embedding_model or None)
    index = Index.open(settings.data_dir / "index", embedder)
    try:
        hits = index.search(query, k, wanted, mode.value)
    finally:
        index.close()
    if as_json:
        typer.echo(_json([_hit(hit) for hit in hits]))
        return
    for number, hit in enumerate(hits, 1):
        typer.echo(_shown(number, hit, lang))
    if not hits:
        typer.echo(text("index.nothing", lang), err=True)


class _Progress:
    """Stages on one line of a terminal, or one line per stage where the output is a log."""

    def __init__(self, lang: str) -> None:
        self._lang, self._live, self._stage = lang, sys.stderr.isatty(), ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        if not self._live and done < total:
            return
        line = text(f"index.stage_{stage}", self._lang, done=done, total=total)
        if self._live:
            typer.echo(f"\r\x1b[K{line}", err=True, nl=done >= total)
        elif stage != self._stage:
            typer.echo(line, err=True)
        self._stage = stage


def _language(lang: str) -> str:
    from bot.cli import terminal_language

    if lang and lang not in {"zh", "en"}:
        raise InputRejected(msgid="index.bad_lang", given=lang)
    return lang or terminal_language()


def _filter(place: str, on: str, kind: str, scope: str) -> Filter:
    from knowledge.passages import Filter

    return Filter(
        places=_places(place) if place else None,
        kinds=frozenset({kind}) if kind else None,
        on=_day(on) if on else None,
        scopes=frozenset({scope}),
    )


def _places(name: str) -> frozenset[str]:
    """The place with everything above it: rules of the province and the state apply there too."""
    from ingest.readers.markdown import place_id
    from knowledge.places import GAZETTEER

    found = place_id(name)
    if found is None:
        raise InputRejected(msgid="index.bad_place", given=name)
    return frozenset({found, *GAZETTEER.ancestors(found)})


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise InputRejected(msgid="index.bad_date", given=given) from None


def _told(error: Exception, lang: str) -> str:
    """An error's own message, filled with its values."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()
    msgid = f"error.{name}"
    values: dict[str, Any] = {"detail": str(error), **vars(error)}
    return text(msgid, lang, **values) if has_message(msgid, lang) else str(error)


def _report(report: SyncReport) -> dict[str, Any]:
    facts = {name: getattr(report, name) for name in report.__slots__}
    return facts | {
        "faults": [{"path": str(f.path), "error": type(f).__name__, "why": f.why}
                   for f in report.faults]
    }  # fmt: skip


def _summary(report: SyncReport, lang: str) -> str:
    facts = {k: v for k, v in _report(report).items() if isinstance(v, str | int)}
    lines = [text("index.published" if report.published else "index.unchanged", lang, **facts)]
    lines += [text("index.taken", lang, path=path) for path in report.changed]
    lines += [text("index.dropped", lang, path=path) for path in report.dropped]
    return "\n".join(lines)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _hit(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "programme_id": passage.programme_id,
        "path": passage.source.path,
        "part": passage.part,
        "heading": passage.heading,
        "text": passage.text,
        "lang": passage.lang,
        "place": list(passage.places),
        "kind": passage.kind,
        "status": passage.status,
        "valid_from": passage.valid_from and passage.valid_from.isoformat(),
        "valid_until": passage.valid_until and passage.valid_until.isoformat(),
        "scope": passage.scope,
        "url": passage.source.official_url or passage.source.url,
        "score": round(hit.score, 4),
        "probability": round(hit.probability, 4),
        "passage_id": passage.id,
    }


def _shown(number: int, hit: Hit, lang: str) -> str:
    passage = hit.passage
    where = passage.programme_id or passage.source.path or ""
    facts = [where, passage.part, _place_names(passage, lang), _validity(passage, lang)]
    return text(
        "index.hit",
        lang,
        number=number,
        probability=f"{hit.probability:.2f}",
        facts=" · ".join(fact for fact in facts if fact),
        text=passage.text,
    )


def _place_names(passage: Passage, lang: str) -> str:
    from knowledge.places import GAZETTEER

    places = [GAZETTEER.get(place) for place in passage.places]
    return ", ".join(place.zh if lang == "zh" else place.en for place in places)


def _validity(passage: Passage, lang: str) -> str:
    start, end = passage.valid_from, passage.valid_until
    if not start and not end:
        return ""
    return text("index.validity", lang, start=start or "…", end=end or "…")


def _json(value: dict[str, Any] | Iterable[Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str)
