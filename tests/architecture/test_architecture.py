"""The rules of the design, checked on the syntax of every module that ships."""

from __future__ import annotations

import ast
import functools
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "dcc_sim"
MODULES = sorted(path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*.py"))

LONGEST_FUNCTION = 65
LONGEST_MODULE = 660

# Modules may only be longer when they are nothing but rows.
TABLES = {
    "dcc_sim/mtd/flows.py": "layouts of flows, one row per item",
    "dcc_sim/mtd/ssc_table.py": "clock intervals of the settlement configurations",
}
# Where the world outside may be touched.
OUTSIDE = ("dcc_sim/edge/", "dcc_sim/cli.py")
FORBIDDEN_MODULES = {
    "asyncio", "http", "multiprocessing", "random", "requests", "secrets", "select", "selectors", "signal",
    "socket", "socketserver", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "urllib",
    "urllib3", "uuid", "sqlalchemy", "starlette", "uvicorn",
}  # fmt: skip
FORBIDDEN_CALLS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "os.urandom",
    "os.environ", "os.getenv", "os.getrandom", "ec.generate_private_key", "Path.cwd", "Path.home",
}  # fmt: skip
# Builtins and methods that read or write.
# `exec` makes functions of our own tables, as `dataclasses` does of fields; nothing from outside goes in.
COMPILES = "dcc_sim/codec/compiled.py"
FORBIDDEN_NAMES = {"open", "input", "print", "breakpoint", "exec", "eval", "__import__"}
FORBIDDEN_FILE_METHODS = {"read_bytes", "read_text", "write_bytes", "write_text"}
VAGUE = {
    "base",
    "common",
    "helper",
    "helpers",
    "manager",
    "managers",
    "misc",
    "shared",
    "tools",
    "util",
    "utils",
}


@functools.cache
def tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def core() -> list[str]:
    return [module for module in MODULES if not module.startswith(OUTSIDE)]


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an attribute chain, or an empty string."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else ""


def outside_world(parsed: ast.Module) -> Iterator[str]:
    """What in a module reaches for a clock, chance, the network, a file or a terminal."""
    for node in ast.walk(parsed):
        match node:
            case ast.Import(names=names):
                yield from (a.name for a in names if a.name.partition(".")[0] in FORBIDDEN_MODULES)
            case ast.ImportFrom(module=str(name), level=0) if name.partition(".")[0] in FORBIDDEN_MODULES:
                yield name
            case ast.ImportFrom(module="os", names=names):
                yield from (f"os.{a.name}" for a in names if f"os.{a.name}" in FORBIDDEN_CALLS)
            case ast.Attribute():
                name = dotted(node)
                yield from (call for call in FORBIDDEN_CALLS if name == call or name.endswith(f".{call}"))
                if node.attr in FORBIDDEN_FILE_METHODS:
                    yield node.attr
            case ast.Call(func=ast.Name(id=name)) if name in FORBIDDEN_NAMES:
                yield f"{name}()"


def functions(parsed: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(parsed):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            yield node.name, (node.end_lineno or node.lineno) - first + 1


@pytest.mark.parametrize("module", core())
def test_the_core_does_not_touch_the_world_outside(module: str) -> None:
    allowed = ["exec()"] if module == COMPILES else []
    assert sorted(set(outside_world(tree(module)))) == allowed


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import time", {"time"}),
        ("import os.path, sqlite3", {"sqlite3"}),
        ("from threading import Lock", {"threading"}),
        ("from urllib.request import urlopen", {"urllib.request"}),
        ("from os import urandom", {"os.urandom"}),
        ("import os\nos.urandom(5)", {"os.urandom"}),
        ("import datetime as dt\nx = dt.datetime.now()", {"datetime.now"}),
        ("from datetime import datetime\nx = datetime.now", {"datetime.now"}),
        ("def f():\n    import random", {"random"}),
        ("open('x')", {"open()"}),
        ("from pathlib import Path\nPath('x').read_text()", {"read_text"}),
        ("import timeit\ntimeout = 5\nx.open()\nself.now()", set()),
    ],
)
def test_the_check_finds_what_it_is_for(code: str, found: set[str]) -> None:
    assert set(outside_world(ast.parse(code))) == found


@pytest.mark.parametrize("module", MODULES)
def test_a_module_says_what_it_is(module: str) -> None:
    said = ast.get_docstring(tree(module))
    assert said
    assert said.splitlines()[0].rstrip().endswith((".", ":", "`", ")", "?"))


@pytest.mark.parametrize("module", [m for m in MODULES if m not in TABLES])
def test_a_module_is_not_too_long(module: str) -> None:
    assert len((ROOT / module).read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("module", TABLES)
def test_a_table_is_a_table(module: str) -> None:
    # Rows outweigh what is done with them: an excuse must stay true.
    if module not in MODULES:
        pytest.skip(f"{module} has gone; take it off the list")
    in_functions = sum(length for _, length in functions(tree(module)))
    assert in_functions < len((ROOT / module).read_text(encoding="utf-8").splitlines()) // 3


@pytest.mark.parametrize("module", MODULES)
def test_functions_are_short(module: str) -> None:
    assert [(name, length) for name, length in functions(tree(module)) if length > LONGEST_FUNCTION] == []


def test_most_functions_are_very_short() -> None:
    lengths = sorted(length for module in MODULES for _, length in functions(tree(module)))
    assert lengths[len(lengths) * 95 // 100] <= 45


@pytest.mark.parametrize("module", MODULES)
def test_a_name_says_something(module: str) -> None:
    names = set(re.split(r"[/._]", module.removesuffix(".py")))
    assert names.isdisjoint(VAGUE)


def test_imports_go_one_way() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    if not program.is_file():
        pytest.skip("import-linter is not installed (extra dev)")
    ran = subprocess.run(
        [program, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert ran.returncode == 0, ran.stdout
    assert "rooms see only the rooms above them" in ran.stdout
