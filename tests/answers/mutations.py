"""False answers made from true ones, each with one thing changed.

`python -m tests.answers.mutations` prints how many of each kind the verifier lets through.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.answers.verify import verify_text
from tests.answers.true_answers import ON, TrueAnswer, true_answers

MARK = re.compile(r"\[\d+\]")
Mutate = Callable[[str, random.Random], str | None]


@dataclass(frozen=True)
class Mutant:
    kind: str
    text: str
    before: str  # the line that was changed
    after: str
    answer: TrueAnswer


def passes(mutant: Mutant) -> bool:
    """Whether the verifier finds nothing wrong."""
    answer = mutant.answer
    return not verify_text(mutant.text, answer.sources, on=ON, own=answer.own)


def _swap(pattern: str, replacement: str | Callable[[re.Match[str], random.Random], str]) -> Mutate:
    """Changes one place, chosen by chance, where the pattern stands outside citation marks."""
    compiled = re.compile(pattern)

    def mutate(line: str, chance: random.Random) -> str | None:
        mark = MARK.search(line)
        found = list(compiled.finditer(line, 0, mark.start() if mark else len(line)))
        if not found:
            return None
        match = chance.choice(found)
        new = replacement if isinstance(replacement, str) else replacement(match, chance)
        return line[: match.start()] + match.expand(new) + line[match.end() :]

    return mutate


def _other_digit(match: re.Match[str], chance: random.Random) -> str:
    return chance.choice([d for d in "123456789" if d != match[0]])


def _other_number(match: re.Match[str], chance: random.Random, most: int) -> str:
    return str(chance.choice([n for n in range(1, most + 1) if n != int(match[0])]))


def _other_month(match: re.Match[str], chance: random.Random) -> str:
    return chance.choice([m for m in ("March", "April", "July", "October") if m != match[0]])


_COUNTED = r"万|亿|元|%|million|个月|年(?!\d|[^/]?\d?\d?月)|years|months"
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
MUTATIONS: dict[str, tuple[Mutate, ...]] = {
    "digit": (
        _swap(rf"\d(?=[\d,.]* ?(?:{_COUNTED}))", _other_digit),
        _swap(r"(?<=CNY )\d", _other_digit),
    ),
    "magnitude": (
        _swap(r"(?<=\d)万(?=元|美元)", "亿"),
        _swap(r"(?<=\d)亿(?=元)", "万"),
        _swap(r"(?<=\d)万(?=元|美元)", "千"),
        _swap(r"(?<=\d) million", " billion"),
        _swap(r"(CNY \d{1,3}(?:,\d{3})*),000", r"\1"),
        _swap(r"(CNY \d{1,3}(?:,\d{3})+)", r"\1,000"),
    ),
    "percent": (
        _swap(r"\d+(?=%)", lambda m, c: str(int(m[0]) + c.choice([3, 5, 7]))),
        _swap(r"(\d)0%", lambda m, c: f"{(int(m[1]) + 3) % 9 + 1}成"),
        _swap(r"(?<=\d)%", "元"),
    ),
    "date": (
        _swap(r"(?<=月)\d{1,2}(?=日)", lambda m, c: _other_number(m, c, 28)),
        _swap(r"(?<=年)\d{1,2}(?=月)", lambda m, c: _other_number(m, c, 12)),
        _swap(r"20\d\d(?=年\d)", lambda m, c: str(int(m[0]) + c.choice([-3, 3, 4]))),
        _swap(rf"(?<![\d,])\d{{1,2}}(?= (?:{_MONTHS}))", lambda m, c: _other_number(m, c, 28)),
        _swap(rf"(?<=\d )(?:{_MONTHS})(?= 20)", _other_month),
        _swap(r"(?<=[a-z] )20\d\d", lambda m, c: str(int(m[0]) + c.choice([-3, 3, 4]))),
    ),
    "unit": (
        _swap(r"(?<=\d)年(?=免|内|（|，|；|以|期)", "个月"),
        _swap(r"(?<=\d)个月", "年"),
        _swap(r"(?<=\d)天", "个工作日"),
        _swap(r"(?<=\d)平方米", "卡时"),
        _swap(r"(?<=\d)家(?!社区)", "个社区"),
        _swap(r"(?<=\d)%", "个基点"),
        _swap(r"(?<=\d )(?:years?)\b", "months"),
        _swap(r"(?<=\d )months\b", "years"),
        _swap(r"(?<=\d )square metres", "card-hours"),
        _swap(r"(?<=\d )(?:firms|companies)", "communities"),
    ),
    "per": (
        _swap(r"/年", "/月"),
        _swap(r"/月", "/年"),
        _swap(r"每年(?=.{0,8}\d)", "每月"),
        _swap(r"每月(?=.{0,8}\d)", "每年"),
        _swap(r"(?<=\d)( million)? a year", r"\1 a month"),
        _swap(r"(?<=\d) a month", " a year"),
    ),
    "currency": (
        _swap(r"(?<=\d)(万|亿)?元", r"\1美元"),
        _swap(r"(?<=\d)(万)?美元", r"\1元"),
        _swap(r"CNY (?=\d)", "US$"),
        _swap(r"CNY (?=\d)", "HK$"),
    ),
    "up_to": (
        _swap(r"(?:最高|最多|不超过)(?=\d[\d.]*万?元)", ""),
        _swap(r"(?:最高|最多|不超过)(?=\d[\d.]*万?元)", "至少"),
        _swap(r"[Uu]p to (?=CNY \d)", ""),
        _swap(r"[Uu]p to (?=CNY \d)", "at least "),
    ),
    "payee": (
        _swap(r"给谁：(?:创业者本人或其公司|企业（要先有公司）)", "给谁：社区运营方"),
        _swap(r"给谁：社区运营方，钱不直接给创业者", "给谁：创业者本人"),
        _swap(r"Who gets it: the (?:founder or their company|company \(register one first\))",
              "Who gets it: the community operator"),
        _swap(r"Who gets it: the community operator; .*(?=\[)", "Who gets it: the founder"),
    ),
    "no_such_source": (_swap(r"$", "[9]"),),
    "uncited": (),
    "other_source": (),
    "figures_swapped": (),
}  # fmt: skip
_FIGURE = re.compile(r"\d[\d,.]*(?:万元|亿元|%)|CNY \d[\d,]*\d(?: million)?")


def mutants(seed: int = 7, per_kind: int = 40) -> list[Mutant]:
    """The same ones for the same seed: so many of each kind, spread over the records."""
    chance = random.Random(seed)
    answers = true_answers()
    found: dict[str, list[Mutant]] = {kind: [] for kind in MUTATIONS}
    for answer in chance.sample(answers, len(answers)):
        for kind, kept in found.items():
            if len(kept) < per_kind and (mutant := _mutant(kind, answer, chance)):
                kept.append(mutant)
    return [mutant for kept in found.values() for mutant in kept]


def _mutant(kind: str, answer: TrueAnswer, chance: random.Random) -> Mutant | None:
    made = list(_changed(kind, answer, chance))
    made = [m for m in made if not _still_true(m)]
    return chance.choice(made) if made else None


def _changed(kind: str, answer: TrueAnswer, chance: random.Random) -> Iterator[Mutant]:
    lines = answer.text.split("\n")
    if kind == "figures_swapped":
        yield from _figures_swapped(answer, lines, chance)
        return
    for i, line in enumerate(lines):
        if line in answer.own:
            continue
        for after in _versions(kind, line, answer, chance):
            yield _with_lines(kind, answer, lines, {i: after})


def _versions(kind: str, line: str, answer: TrueAnswer, chance: random.Random) -> list[str]:
    """A line with one thing changed, in each way that applies."""
    if kind == "uncited":
        return [MARK.sub("", line)] if _FIGURE.search(line) else []
    if kind == "other_source":
        return _cited_otherwise(line, answer)
    if kind == "no_such_source":
        return [MARK.sub("[9]", line), line + "[9]"]
    found = [mutate(line, chance) for mutate in MUTATIONS[kind]]
    return [after for after in found if after is not None and after != line]


def _cited_otherwise(line: str, answer: TrueAnswer) -> list[str]:
    """The line with another source's number, if that source does not state its figures."""
    marks = MARK.findall(line)
    figures = _FIGURE.findall(line)
    versions = []
    for number, source in answer.sources.items():
        said = "\n".join(f"{x.statement.zh}\n{x.statement.en}" for x in source.lines)
        if marks and f"[{number}]" not in marks and any(f not in said for f in figures):
            versions.append(MARK.sub(f"[{number}]", line))
    return versions


def _figures_swapped(
    answer: TrueAnswer, lines: list[str], chance: random.Random
) -> Iterator[Mutant]:
    """Two figures of the same form exchanged between lines that cite different sources."""
    found = [(i, m) for i, line in enumerate(lines) for m in _FIGURE.finditer(line)]
    pairs = [
        (i, a, j, b)
        for i, a in found
        for j, b in found
        if i < j and a[0] != b[0] and _form(a[0]) == _form(b[0])
        and MARK.findall(lines[i]) != MARK.findall(lines[j])
    ]  # fmt: skip
    for i, a, j, b in pairs:
        changed = {i: _put(lines[i], a, b[0]), j: _put(lines[j], b, a[0])}
        yield _with_lines("figures_swapped", answer, lines, changed)


def _put(line: str, at: re.Match[str], figure: str) -> str:
    return line[: at.start()] + figure + line[at.end() :]


def _form(figure: str) -> str:
    return re.sub(r"[\d,.]", "", figure)


def _with_lines(kind: str, answer: TrueAnswer, lines: list[str], changed: dict[int, str]) -> Mutant:
    text = "\n".join(changed.get(i, line) for i, line in enumerate(lines))
    before = " / ".join(lines[i] for i in changed)
    return Mutant(kind, text, before, " / ".join(changed.values()), answer)


_CEILING = re.compile("最高|最多|不超过|上限|限额|额度|(?i:limit|maximum|cap|up to)")


def _still_true(mutant: Mutant) -> bool:
    """Whether a changed line is word for word in the records, or no less true without "up to"."""
    for line in mutant.after.split(" / "):
        said = _stated(line, mutant.answer)
        plain = MARK.sub("", line).rpartition(" — ")[0]
        if plain and plain in said:
            return True
    return mutant.kind == "up_to" and _as_true_without(mutant, said)


def _stated(line: str, answer: TrueAnswer) -> str:
    """All that the sources cited by a line state."""
    cited = [answer.sources.get(int(n[1:-1])) for n in MARK.findall(line)]
    lines = [x.statement for source in cited if source for x in source.lines]
    return "\n".join(f"{s.zh}\n{s.en}" for s in lines)


def _as_true_without(mutant: Mutant, said: str) -> bool:
    """A ceiling said twice, or a figure that the record itself also states without one."""
    parts = zip(*(re.split("[；;—]", s) for s in (mutant.before, mutant.after)), strict=True)
    changed = [after for before, after in parts if before != after]
    if any(_CEILING.search(after) for after in changed):
        return True
    figures = [figure for after in changed for figure in _FIGURE.findall(after)]
    before = [said[max(0, m.start() - 14) : m.start()] for f in figures
              for m in re.finditer(re.escape(f), said)]  # fmt: skip
    return any(not _CEILING.search(b) for b in before)


def report(found: list[Mutant]) -> str:
    made, through = Counter(m.kind for m in found), Counter(m.kind for m in found if passes(m))
    rows = [f"{kind:16} {made[kind]:5} {through[kind]:8}" for kind in made]
    rows.append(f"{'all':16} {made.total():5} {through.total():8}")
    return "\n".join([f"{'changed':16} {'made':>5} {'let pass':>8}", *rows])


def main() -> None:
    found = mutants(per_kind=100)
    print(report(found))
    answers = true_answers()
    blocked = sum(bool(verify_text(a.text, a.sources, on=ON, own=a.own)) for a in answers)
    print(f"true answers: {len(answers)}, blocked: {blocked}")


if __name__ == "__main__":
    main()
