"""Spanish and English pages are in step: none is missing, none is older, both give one command."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "infra" / "site"))

import translations  # noqa: E402


def test_no_spanish_page_is_missing_or_older() -> None:
    assert translations.behind() == []


def commands(page: Path) -> list[str]:
    """The commands of the shell blocks of a page, without comments."""
    blocks = re.findall(r"^```(?:sh)?\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)
    lines = [line.split(" #")[0].strip() for block in blocks for line in block.splitlines()]
    return [
        line for line in lines if re.match(r"(\.venv/bin/)?(pqr|dbt|make|python|sed|export) ", line)
    ]


@pytest.mark.parametrize("page", translations.pages(), ids=lambda path: path.stem)
def test_both_languages_give_the_same_commands(page: Path) -> None:
    if translations.spanish(page).exists():
        assert commands(translations.spanish(page)) == commands(page)


def test_a_spanish_page_leads_to_spanish_pages() -> None:
    for page in map(translations.spanish, translations.pages()):
        text = re.sub(r"^\*\[In English\].*$", "", page.read_text(encoding="utf-8"), flags=re.M)
        for link in re.findall(r"\]\(([^)#\s]+\.md)", text):
            target = page.parent / link
            if not link.startswith("https://") and not link.endswith(".es.md"):
                assert not translations.spanish(target).exists(), f"{page.name}: {link}"
