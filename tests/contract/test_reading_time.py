"""The reading path of the code fits the minutes that its page promises.

A row of the page links a file and says what to read of it: all, its head (the comment that it
begins with), its descriptions, or functions and CTEs by name.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/explain/reading-the-code.md"
SPANISH = PAGE.with_name("reading-the-code.es.md")
LINES_PER_MINUTE = 40
WORDS_PER_MINUTE = 200
ALL, HEAD, DESCRIPTIONS = ("all", "todo"), ("head", "encabezado"), ("descriptions", "descripciones")

Row = tuple[Path, str]


def sections(page: Path) -> dict[int, str]:
    """The sections that promise minutes, by their minutes."""
    parts = re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.M)
    promised = (
        (re.search(r" (?:in|en) (\d+) minut", part.partition("\n")[0]), part) for part in parts
    )
    return {int(found[1]): part for found, part in promised if found}


def rows(section: str) -> list[Row]:
    """Each file that a section leads through, with what is read of it."""
    found = re.findall(r"^\| \[[^\]]+\]\(([^)]+)\) \| ([^|]+) \|", section, re.M)
    return [((PAGE.parent / link).resolve(), what.strip()) for link, what in found]


def lines_read(path: Path, what: str) -> int:
    """How many lines of a file a reader reads."""
    text = path.read_text(encoding="utf-8")
    if what in ALL:
        return len(text.splitlines())
    if what in HEAD:
        head = re.match(r"\{#-.*?-#\}|(?:--[^\n]*\n)+", text, re.S)
        assert head, path
        return len(head[0].splitlines())
    if what in DESCRIPTIONS:
        return sum(
            len(part.splitlines()) for part in re.findall(r"- name: .*?(?=    model:)", text, re.S)
        )
    names = re.findall(r"`(\w+)`", what)
    assert names, what
    return sum(_lines_of(path, text, name) for name in names)


def _lines_of(path: Path, text: str, name: str) -> int:
    if path.suffix == ".py":
        nodes = [
            node
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name
        ]
        assert len(nodes) == 1, f"{path.name}: {name}"
        return (nodes[0].end_lineno or 0) - nodes[0].lineno + 1
    cte = re.search(rf"^( *)(?:with (?:recursive )?)?{name} as \(.*?^\1\)", text, re.M | re.S)
    assert cte, f"{path.name}: {name}"
    return len(cte[0].splitlines())


@pytest.mark.parametrize("minutes", [10, 20])
def test_the_path_fits_its_minutes(minutes: int) -> None:
    section = sections(PAGE)[minutes]
    before = PAGE.read_text(encoding="utf-8").partition("\n## ")[0]
    lines = sum(lines_read(path, what) for path, what in rows(section))
    words = len(before.split()) + len(section.split())
    taken = lines / LINES_PER_MINUTE + words / WORDS_PER_MINUTE
    assert lines > 0
    assert taken <= minutes, f"{lines} lines and {words} words take {taken:.1f} minutes"


@pytest.mark.parametrize("minutes", [10, 20])
def test_the_spanish_path_is_the_same(minutes: int) -> None:
    english, spanish = (rows(sections(page)[minutes]) for page in (PAGE, SPANISH))
    assert [path for path, _ in english] == [path for path, _ in spanish]
    for (path, what), (_, said) in zip(english, spanish, strict=True):
        assert lines_read(path, what) == lines_read(path, said), path.name
