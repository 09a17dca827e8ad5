"""`make site`: docs/, the pages of the root and a reference made from the code, as one site."""

import logging
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import reference
import translations
from diagrams.draw import SITE_STYLE
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DOCS, SITE = ROOT / "docs", ROOT / "target" / "site"
PAGES = ROOT / "target" / "pages"
# Pages that stand elsewhere, by where the site has them.
ELSEWHERE = {
    "project/contributing.md": ROOT / "CONTRIBUTING.md",
    "project/changelog.md": ROOT / "CHANGELOG.md",
    "project/security-policy.md": ROOT / "SECURITY.md",
    "project/code-of-conduct.md": ROOT / "CODE_OF_CONDUCT.md",
    "project/containers.md": ROOT / "infra" / "local" / "README.md",
    "project/containers.es.md": ROOT / "infra" / "local" / "README.es.md",
}
_DIAGRAM = re.compile(r"!\[[^\]]*\]\((\S+/diagrams/\S+\.svg)\)")
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:|#|mailto:)([^)\s#]+)(#[^)\s]*)?\)")


def gather() -> None:
    """Write every page of the site into `PAGES`."""
    shutil.rmtree(PAGES, ignore_errors=True)
    sources = {path.relative_to(DOCS).as_posix(): path for path in DOCS.rglob("*.md")} | ELSEWHERE
    places = {path: name for name, path in sources.items()}
    for name, path in sources.items():
        text = translations.without_stamp(path.read_text(encoding="utf-8"))
        _write(name, _led(text, name, path, places))
    for name, text in reference.pages().items():
        _write(f"reference/{name}.md", text)
    _write("assets/diagrams.css", SITE_STYLE)
    for path in (HERE / "assets").iterdir():
        _write(f"assets/{path.name}", path.read_text(encoding="utf-8"))


def _write(name: str, text: str) -> None:
    (PAGES / name).parent.mkdir(parents=True, exist_ok=True)
    (PAGES / name).write_text(text, encoding="utf-8")


def _led(text: str, name: str, path: Path, places: dict[Path, str]) -> str:
    """Lead links to the page of the site; what is no page is shown as the name of its file."""

    def lead(link: re.Match[str]) -> str:
        target = (path.parent / link[2]).resolve()
        if target not in places:
            return f"{link[1]} (`{target.relative_to(ROOT)}`)"
        # A translation is chosen by the language of the reader, not by the link.
        page = places[target].replace(".es.md", ".md")
        return f"[{link[1]}]({'../' * name.count('/')}{page}{link[3] or ''})"

    # The switch at the head of a page is that of the site.
    text = re.sub(r"^\*\[(En español|In English)\].*\n\n", "", text, flags=re.M)
    text = _LINK.sub(lead, text)
    return _DIAGRAM.sub(lambda image: _inlined((path.parent / image[1]).resolve()), text)


def _inlined(diagram: Path) -> str:
    """A diagram as part of its page, so that it follows the page's switch for dark."""
    svg = diagram.read_text(encoding="utf-8").partition("\n")[2].strip()
    # Search puts the texts of a picture one after the other.
    return "<figure>" + svg.replace("</title>", ".</title>\n") + "</figure>"


# The pages of docs/ itself that have a place of their own; the others are in "Do".
_LEARN = ("tutorial", "guide", "sql", "models", "late-risk")
_RUN_IT = ("operate", "observability", "reliability", "security", "surroundings")


def _list_first(path: Path) -> tuple[bool, str]:
    """The order of a section: the page that lists the others, then these by name."""
    return path.name != "README.md", path.name


def navigation() -> list[Any]:
    """The pages in their order: each folder is a section, so that no page is forgotten."""

    def section(folder: str) -> list[str]:
        return [
            path.relative_to(DOCS).as_posix()
            for path in sorted((DOCS / folder).glob("*.md"), key=_list_first)
            if not path.name.endswith(".es.md")
        ]

    placed = {f"{name}.md" for name in ("index", *_LEARN, *_RUN_IT)}
    return [
        {"Home": "index.md"},
        {"Learn": [*(f"{name}.md" for name in _LEARN), {"Course": section("course")}]},
        {
            "Do": [
                "ingest/README.md",
                *(page for page in section("") if page not in placed),
                *section("how-to"),
            ]
        },
        {
            "Run it": [
                *(f"{name}.md" for name in _RUN_IT),
                "project/containers.md",
                {"Runbooks": section("runbooks")},
            ]
        },
        {"Reference": [f"reference/{name}.md" for name in reference.NAMES]},
        {"Explanation": section("explain")},
        {
            "Why": [
                *section("adr"),
                *(page for page in ELSEWHERE if not page.startswith("project/containers")),
            ]
        },
    ]


def main() -> None:
    """Build the site. Ends with 1 when a page is in no section or a link leads nowhere."""
    logging.basicConfig(level=logging.WARNING, format="site: %(message)s")
    gather()
    config = load_config(
        str(HERE / "mkdocs.yml"), docs_dir=str(PAGES), site_dir=str(SITE), nav=navigation()
    )
    config.plugins.on_startup(command="build", dirty=False)
    try:
        build(config)
    except MkDocsException as error:
        sys.exit(f"site: {error}")
    finally:
        config.plugins.on_shutdown()
    print(f"site: python -m http.server --bind 127.0.0.1 --directory {SITE.relative_to(ROOT)} 8080")


if __name__ == "__main__":
    main()
