"""The documentation holds: links lead somewhere, commands run as written, options are all there."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from dcc_sim.cli import app

ROOT: Final = Path(__file__).parents[3]
PAGES: Final = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "fixtures").rglob("*.md")], key=str
)
ELSEWHERE: Final = re.compile(r"schemas-official|\.\./shared|pytest|venv|signed\.xml|A\.xml")
"""Command lines that need what is not in the project."""


def heading_anchor(text: str) -> str:
    """As GitHub makes it."""
    kept = re.sub(r"[^\w\- ]", "", text.strip().lower().replace("`", ""))
    return kept.replace(" ", "-")


@cache
def anchors(page: Path) -> frozenset[str]:
    text = page.read_text(encoding="utf-8")
    made = {heading_anchor(each) for each in re.findall(r"(?m)^#+ (.*)$", text)}
    return frozenset(made | set(re.findall(r'<a (?:id|name)="([^"]+)"', text)))


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"(?ms)^```.*?^```$", "", page.read_text(encoding="utf-8"))


def test_links_lead_somewhere() -> None:
    lost = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            there = (page.parent / name).resolve() if name else page
            if not there.exists() or (anchor and there.suffix == ".md" and anchor not in anchors(there)):
                lost.append(f"{page.relative_to(ROOT)}: {target}")
    assert lost == []


def test_every_page_is_reached_from_the_first() -> None:
    first = ROOT / "docs" / "README.md"
    seen, left = set(), [first]
    while left:
        page = left.pop()
        if page in seen:
            continue
        seen.add(page)
        for target in re.findall(r"\]\(([^)#\s]+)", prose(page)):
            there = (page.parent / target).resolve()
            if there.suffix == ".md" and there.exists():
                left.append(there)
            elif there.is_dir():
                left += there.glob("*.md")
    assert [str(page) for page in PAGES if ROOT / "docs" in page.parents and page not in seen] == []


# ---------------------------------------------------------------------------------------- commands


@dataclass(frozen=True, slots=True)
class Typed:
    """A command line of a block, and the lines that the page shows below it."""

    page: str
    line: str
    shown: tuple[str, ...]


def typed() -> Iterator[Typed]:
    for page in PAGES:
        if page.parent.name == "srv":
            continue
        for block in re.findall(r"(?ms)^```(?:console|)\n(.*?)^```$", page.read_text(encoding="utf-8")):
            lines = block.splitlines()
            starts = [n for n, each in enumerate(lines) if re.match(r"(\$ )?(\w+=\S+ )?dcc-sim ", each)]
            for start, end in pairwise([*starts, len(lines)]):
                line = lines[start].removeprefix("$ ").partition("  #")[0]
                shown = tuple(
                    each.strip() for each in lines[start + 1 : end] if each.strip() not in ("", "…")
                )
                if not ELSEWHERE.search(line):
                    yield Typed(str(page.relative_to(ROOT)), line, shown)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the pages speak of; each page starts anew."""
    requests = ROOT / "fixtures" / "requests"
    for name in ("request.xml", "answer.xml", "my-tariff.xml", "REQUEST.xml"):
        shutil.copy(requests / "1.1.1-economy-7.xml", tmp_path / name)
    for name in ("mine.toml", "my-home.toml"):
        shutil.copy(ROOT / "fixtures" / "homes" / "demo.toml", tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("page", sorted({each.page for each in typed()}))
def test_commands_run_as_written(page: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    for each in typed():
        if each.page != page:
            continue
        output, code, told = b"", 0, ""
        for part in each.line.split(" | "):
            words = shlex.split(part)
            assert words.pop(0) == "dcc-sim"
            to = words[words.index(">") + 1] if ">" in words else None
            words = words[: words.index(">")] if to else words
            result = CliRunner().invoke(app, words, input=output)
            if result.exception is not None and not isinstance(result.exception, SystemExit):
                raise AssertionError(each.line) from result.exception
            output, code, told = result.stdout.encode(), result.exit_code, result.output
            if to:
                Path(to).write_bytes(output)
        assert code == int(any("Refused" in text or ": E1" in text for text in each.shown)), (each.line, told)
        said = [" ".join(line.split()) for line in told.splitlines()]
        for line in each.shown:
            assert " ".join(line.split()) in said, f"{page}: {each.line}: not printed: {line}"


def commands() -> dict[str, Any]:
    group: Any = get_command(app)
    found = dict(group.commands)
    tokens = found.pop("utrn")
    return found | {f"utrn {name}": each for name, each in tokens.commands.items()}


@pytest.mark.parametrize("name", commands())
def test_the_reference_names_every_option(name: str) -> None:
    text = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    row = re.search(rf"(?m)^\| .*`{name}\b.*$", text)
    assert row is not None, f"{name} is not in docs/reference/cli.md"
    if "not built yet" in row[0]:
        pytest.skip(f"dcc-sim {name} is not built")
    if "as `transform`" in row[0]:
        row = re.search(r"(?m)^\| `transform .*$", text)
        assert row is not None
    written = set(re.findall(r"--[a-z][a-z-]*", row[0]))
    offered = {opt for each in commands()[name].params for opt in each.opts if opt.startswith("--")}
    assert offered - {"--help"} - written <= ({"--json"} if name == "correlate" else set())
    assert written - offered <= ({"--null-signature"} if name == "correlate" else set())


# ---------------------------------------------------------------------------------------- glossary


def test_the_glossary_is_in_order_and_says_each_word_once() -> None:
    text = (ROOT / "docs" / "reference" / "glossary.md").read_text(encoding="utf-8")
    words = [each.lower() for each in re.findall(r"(?m)^\| ([^|]+?) \|", text)[1:]]
    words = [each for each in words if set(each) - set("- ")]
    assert words == sorted(words)
    assert len(words) == len(set(words))
