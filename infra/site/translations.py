"""The Spanish pages and the English ones they were written from.

A Spanish page begins with a comment that holds a hash of its English page. `python
infra/site/translations.py` lists the pages that are missing or older; `--accept PAGE.es.md ...`
records that a page says what its English page says now.
"""

import hashlib
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_STAMP = re.compile(r"\A<!-- english ([0-9a-f]{12}) -->\n")


def pages() -> list[Path]:
    """The English pages that need a Spanish one."""
    found = [path for path in (ROOT / "docs").rglob("*.md") if not path.name.endswith(".es.md")]
    return [ROOT / "README.md", ROOT / "infra" / "local" / "README.md", *sorted(found)]


def spanish(page: Path) -> Path:
    """The Spanish page of an English one."""
    return page.with_name(f"{page.stem}.es.md")


def stamp(page: Path) -> str:
    """What the Spanish page of this English page has to begin with."""
    digest = hashlib.sha256(page.read_bytes()).hexdigest()[:12]
    return f"<!-- english {digest} -->\n"


def without_stamp(text: str) -> str:
    """A Spanish page as readers see it."""
    return _STAMP.sub("", text)


def behind() -> list[str]:
    """Each page that is missing or older, with what it is."""
    found = []
    for page in pages():
        translation = spanish(page)
        name = translation.relative_to(ROOT)
        if not translation.exists():
            found.append(f"missing: {name}")
        elif not translation.read_text(encoding="utf-8").startswith(stamp(page)):
            found.append(f"older than its English page: {name}")
    return found


def accept(translation: Path) -> None:
    """Record that a Spanish page says what its English page says."""
    page = translation.with_name(translation.name.removesuffix(".es.md") + ".md")
    text = without_stamp(translation.read_text(encoding="utf-8"))
    translation.write_text(stamp(page) + text, encoding="utf-8")


def main() -> None:
    """List what is behind, or accept the pages that are named."""
    if sys.argv[1:2] == ["--accept"]:
        for name in sys.argv[2:]:
            accept(Path(name).resolve())
        return
    wrong = behind()
    sys.exit("\n".join(wrong) if wrong else 0)


if __name__ == "__main__":
    main()
