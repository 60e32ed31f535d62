"""Reading and checking the YAML records; what a record means stands in `knowledge.programmes`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from knowledge.errors import RecordsInvalid
from knowledge.programmes import PROFILE_FIELDS, Programme, Rule, first_day

RECORDS = Path(__file__).parent / "records"
"""The records that are shipped, one file per place."""

_LIST_OPERATORS = frozenset({"in", "not_in", "overlaps"})
_MONTH_OPERATORS = frozenset({"within_months", "at_least_months"})
_TEXT_OPERATORS = frozenset({"eq", "ne", "contains"})


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong: the file, its record (id, or `#3` for the third), the place in it."""

    file: str
    record: str
    place: str
    message: str

    def __str__(self) -> str:
        where = ": ".join(part for part in (self.file, self.record, self.place) if part)
        return f"{where}: {self.message}"


def load_programmes(where: Path = RECORDS) -> tuple[Programme, ...]:
    """Every programme in a folder (or one file), by file name, then in the file's order.

    RecordsInvalid lists every fault when there is one.
    """
    programmes, faults = _read(where)
    if faults:
        raise RecordsInvalid(faults)
    return programmes


def check_records(where: Path = RECORDS) -> list[Fault]:
    """Every fault in a folder or one file; empty when all is well."""
    return _read(where)[1]


def _read(where: Path) -> tuple[tuple[Programme, ...], list[Fault]]:
    programmes: list[Programme] = []
    faults: list[Fault] = []
    first_seen: dict[str, str] = {}
    for file in _files(where):
        records, broken = _records(file)
        faults += broken
        for number, record in enumerate(records, 1):
            programme, wrong = _programme(file.name, number, record)
            faults += wrong
            faults += _repeated(first_seen, file.name, number, record)
            if programme:
                programmes.append(programme)
    if not first_seen and not faults:
        faults.append(Fault(str(where), "", "", "no records found"))
    return tuple(programmes), faults


def _files(where: Path) -> list[Path]:
    return [where] if where.is_file() else sorted(where.glob("*.yaml"))


def _records(file: Path) -> tuple[list[Any], list[Fault]]:
    try:
        records = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        return [], [Fault(file.name, "", _line(error), _first_line(error))]
    if not isinstance(records, list):
        return [], [Fault(file.name, "", "", "a file is a list of records")]
    return records, []


def _programme(file: str, number: int, record: Any) -> tuple[Programme | None, list[Fault]]:
    name = _name(number, record)
    try:
        programme = Programme.model_validate(record)
    except ValidationError as error:
        return None, [
            Fault(file, name, _place(wrong["loc"]), _message(wrong))
            for wrong in error.errors(include_url=False)
        ]
    return programme, [Fault(file, name, place, text) for place, text in _misfits(programme)]


def _repeated(seen: dict[str, str], file: str, number: int, record: Any) -> Iterator[Fault]:
    name = _name(number, record)
    if name in seen:
        yield Fault(file, name, "id", f"already used in {seen[name]}")
    seen.setdefault(name if not name.startswith("#") else f"{file}{name}", file)


def _name(number: int, record: Any) -> str:
    name = record.get("id") if isinstance(record, dict) else None
    return name if isinstance(name, str) and name else f"#{number}"


def _place(loc: Iterable[str | int]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return text.removeprefix(".")


def _message(error: Any) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    value = error.get("input")
    plain = isinstance(value, str | int | float | bool) and error["type"] != "value_error"
    return f"{message} (found {value!r})" if plain else message


def _misfits(programme: Programme) -> Iterator[tuple[str, str]]:
    """Rules whose value does not fit their field, so that no profile could ever decide them."""
    for number, condition in enumerate(programme.conditions):
        if condition.rule:
            yield from _rule_misfits(condition.rule, f"conditions[{number}].rule")


def _rule_misfits(rule: Rule, place: str) -> Iterator[tuple[str, str]]:
    for form in ("all", "any"):
        for number, part in enumerate(getattr(rule, form)):
            yield from _rule_misfits(part, f"{place}.{form}[{number}]")
    if rule.field is not None and not _fits(PROFILE_FIELDS[rule.field], rule):
        yield f"{place}.value", f"{rule.value!r} does not fit {rule.field} {rule.op}"


def _fits(kind: str, rule: Rule) -> bool:
    if rule.op in _LIST_OPERATORS:
        return isinstance(rule.value, list) and all(isinstance(v, str) for v in rule.value)
    if rule.op in {"within_months", "at_least_months"}:
        return kind == "date" and _is_number(rule.value)
    if kind == "number":
        return _is_number(rule.value)
    if kind == "bool":
        return isinstance(rule.value, bool)
    if kind == "date":
        return _is_day(rule.value)
    return isinstance(rule.value, str) and rule.op in {"eq", "ne", "contains"}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(first_day(value))
    except ValueError:
        return False


def _line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}" if mark else ""


def _first_line(error: Exception) -> str:
    return str(getattr(error, "problem", None) or error).splitlines()[0]


class _Loader(yaml.CSafeLoader):
    """CSafeLoader that keeps dates as text and refuses a key written twice in one mapping."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Iterator[dict[Any, Any]]:
    keys = [key.value for key, _ in node.value]
    if repeated := sorted({key for key in keys if keys.count(key) > 1}):
        raise yaml.constructor.ConstructorError(
            problem=f"key {repeated[0]!r} stands twice", problem_mark=node.start_mark
        )
    yield from loader.construct_yaml_map(node)


def _text(loader: _Loader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _text)


if __name__ == "__main__":
    import sys

    targets = [Path(argument) for argument in sys.argv[1:]] or [RECORDS]
    found = [fault for target in targets for fault in check_records(target)]
    print("\n".join(map(str, found)) or "no fault")
    sys.exit(1 if found else 0)
