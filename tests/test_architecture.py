"""The house rules that a machine can check: arrows, vendors, sizes, names, messages."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from bot.locale import catalogue

ROOT = Path(__file__).parents[1]
PACKAGES = ("knowledge", "ingest", "bot")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
CODE = [path for path in MODULES if "migrations" not in path.parts]

VENDORS = {
    "aiohttp": 3,  # the web channel, what serves it, and Telegram's requests
    "alembic": 1,
    "apscheduler": 1,
    "asyncpg": 0,
    "babel": 1,
    "chromadb": 1,
    "cn2an": 1,
    "jieba": 1,
    "langchain": 1,
    "langchain_openai": 1,
    "rich": 1,
    "sentence_transformers": 1,
    "snowballstemmer": 1,
    "tantivy": 1,
    "telegram": 1,
    "torch": 1,
    "uvloop": 1,
}
"""How many modules (or channels) may import a vendor's library."""

TRAINING = "ingest.training"
HEAVY = {"torch", "sentence_transformers", "transformers", "chromadb", "tantivy", "langchain",
         "langchain_core", "langchain_openai", "telegram", "aiohttp", "sqlalchemy", "alembic",
         "apscheduler", "numpy", "jieba", "jinja2"}  # fmt: skip
BANNED = re.compile(r"(^|_)(utils?|helpers?|common|base|managers?|misc)($|_)")
MSGID = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
TOP = {
    "knowledge", "ingest", "bot", "tests", "docs", "pyproject.toml", "constraints.txt", "Procfile",
    "Makefile", "README.md", "CHANGELOG.md", "LICENSE", ".ci", ".gitignore",
}  # fmt: skip


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {name_of(path) for path in MODULES}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def _targets(node: ast.AST, package: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    start = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
    source = ".".join([*start, *([node.module] if node.module else [])])
    return [f"{source}.{alias.name}" for alias in node.names]


def imports(path: Path, *, at_load: bool = False) -> set[str]:
    """What a module imports; `at_load`: only what is imported when the module itself is."""
    package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
    found: set[str] = set()
    waiting: list[ast.AST] = [tree_of(path)]
    while waiting:
        node = waiting.pop()
        lazy = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        only_types = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if at_load and (lazy or only_types):
            continue
        found.update(_targets(node, package))
        waiting.extend(ast.iter_child_nodes(node))
    return found


def ours(path: Path, *, at_load: bool = False) -> set[str]:
    """The modules of ours that a module imports."""
    targets = imports(path, at_load=at_load)
    return {t if t in NAMES else t.rpartition(".")[0] for t in targets} & NAMES


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_arrows_point_from_bot_to_ingest_to_knowledge(path: Path) -> None:
    package = name_of(path).partition(".")[0]
    forbidden = {"knowledge": {"ingest", "bot"}, "ingest": {"bot"}, "bot": set()}[package]
    assert {target.partition(".")[0] for target in ours(path)} & forbidden == set()


def test_in_bot_only_the_command_line_and_the_reindex_job_touch_ingest() -> None:
    touching = {
        name_of(path)
        for path in MODULES
        if name_of(path).startswith("bot.")
        and any(t.partition(".")[0] == "ingest" for t in imports(path))
    }
    assert {name for name in touching if not name.startswith("bot.cli.")} <= {"bot.reindex"}


def test_modules_import_each_other_in_no_circle() -> None:
    graph = {name_of(path): ours(path, at_load=True) - {name_of(path)} for path in MODULES}
    while leaves := {name for name, targets in graph.items() if not targets}:
        graph = {name: targets - leaves for name, targets in graph.items() if name not in leaves}
    assert graph == {}


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_is_imported_in_one_place(vendor: str) -> None:
    importing = {
        ".".join(name_of(path).split(".")[:3])  # a channel may be a package
        for path in CODE
        if any(target.partition(".")[0] == vendor for target in imports(path))
        and not name_of(path).startswith(TRAINING)
    }
    assert len(importing) <= VENDORS[vendor], importing


def test_sqlalchemy_stays_in_storage() -> None:
    importing = {name_of(p) for p in MODULES if any("sqlalchemy" in t for t in imports(p))}
    assert {name for name in importing if not name.startswith("bot.storage")} == set()


def test_only_the_composition_root_reads_the_clock() -> None:
    reading = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.time)\(")
    found = {name_of(p) for p in CODE if reading.search(p.read_text(encoding="utf-8"))}
    assert {n for n in found if not n.startswith(("ingest.training", "bot.cli"))} <= {"bot.app"}


def test_the_command_line_starts_light() -> None:
    listing = "import sys, bot.cli; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", listing], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) & HEAVY == set()


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_a_module_reads_in_one_sitting(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= 400
    assert not BANNED.search(path.stem)
    if source.strip():
        assert ast.get_docstring(tree_of(path)), "a module says what lives in it"


def test_functions_are_short() -> None:
    lengths = sorted(
        (node.end_lineno or 0) - node.lineno + 1
        for path in CODE
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert lengths[len(lengths) // 2] <= 8
    assert lengths[len(lengths) * 95 // 100] < 35


def test_the_top_level_holds_only_what_the_plan_allows() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    assert {Path(line).parts[0] for line in listed.stdout.splitlines()} <= TOP


def _messages(path: Path) -> set[str]:
    """The msgids that a module writes out: text("…"), msgid="…", and those of whole errors."""
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        calls = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args
        if calls and node.func.id == "text" and _is_msgid(node.args[0]):
            found.add(ast.literal_eval(node.args[0]))
        if isinstance(node, ast.keyword) and node.arg == "msgid":
            found.update(ast.literal_eval(c) for c in ast.walk(node.value) if _is_msgid(c))
    return found


def _is_msgid(node: ast.AST) -> bool:
    whole = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return whole and bool(MSGID.fullmatch(ast.literal_eval(node)))


@pytest.mark.parametrize("path", [p for p in CODE if name_of(p).startswith("bot")], ids=name_of)
def test_every_message_written_in_the_code_exists(path: Path) -> None:
    assert _messages(path) - set(catalogue("en")) == set()
    assert _messages(path) - set(catalogue("zh")) == set()


def test_every_message_of_the_catalogues_is_used() -> None:
    """A msgid stands in the code in full, or starts like one that the code completes."""
    code = "\n".join(
        p.read_text("utf-8") for p in ROOT.glob("bot/**/*") if p.suffix in {".py", ".html"}
    )
    starts = set(re.findall(r'f"([a-z_]+(?:\.[a-z_]+)*[._])\{', code))
    unused = {
        m
        for m in catalogue("en")
        if not re.search(rf"""["']{re.escape(m)}["']""", code) and not m.startswith(tuple(starts))
    }
    assert unused == set()
