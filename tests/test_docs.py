"""What docs/architecture.md names exists, and every dependency has its reason there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    wanted = {re.split(r"[\[=<>; ]", line)[0] for group in groups for line in group}
    table = TEXT.partition("## Dependencies")[2].partition("| --- |")[2]
    rows = re.findall(r"^\| ([\w, -]+?)(?: \([a-z, ]+\))? \| .+ \|$", table, re.MULTILINE)
    assert {name.strip() for row in rows for name in row.split(",")} == wanted


def test_modules_that_are_named_exist() -> None:
    named = set(re.findall(r"`((?:knowledge|ingest|bot)\.[a-z_.]+)`", TEXT))
    assert named
    for name in named:
        path = ROOT / name.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").exists(), name


def test_what_is_named_of_a_package_exists() -> None:
    package = ""
    for line in TEXT.splitlines():
        if heading := re.match(r"\| part of `(\w+)` \|", line):
            package = heading[1]
        elif not line.startswith("|"):
            package = ""
        elif package and not line.startswith("| ---"):
            for name in re.findall(r"`([^`]+)`", line.split("|")[1]):
                pattern = name.rstrip("/*") if "/*" not in name else name
                assert list((ROOT / package).glob(f"{pattern}*")), f"{package}/{name}"
