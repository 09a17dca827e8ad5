"""`make diagrams`: write docs/diagrams. With --check, end with 1 when one is stale."""

import sys
from collections.abc import Iterator
from pathlib import Path

import graphviz

from diagrams import architecture, flow, from_code
from diagrams.draw import LANGUAGES, Diagram
from orchestration.settings import load_settings
from orchestration.transform.serving import parsed_declarations

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "diagrams"


def diagrams() -> Iterator[Diagram]:
    """Every diagram of the documentation."""
    yield architecture.context()
    yield architecture.containers()
    yield flow.pipeline()
    yield flow.run_sequence()
    yield flow.publication()
    yield from_code.states()
    yield from_code.tables(parsed_declarations(load_settings()))


def stale() -> list[str]:
    """The files that are missing, older than their source, or of no diagram."""
    wanted = {
        drawn.file_name(language): drawn.source_hash(language)
        for drawn in diagrams()
        for language in LANGUAGES
    }
    found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.svg")}
    wrong = [
        name for name, source in wanted.items() if f"source {source} " not in found.get(name, "")
    ]
    return sorted([*wrong, *(name for name in found if name not in wanted)])


def main() -> None:
    """Write the diagrams, or check them."""
    if "--check" in sys.argv:
        wrong = stale()
        sys.exit(
            f"diagrams: older than their source: {', '.join(wrong)}; run `make diagrams`"
            if wrong
            else 0
        )
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.svg"):
        path.unlink()
    try:
        for drawn in diagrams():
            for language in LANGUAGES:
                (FOLDER / drawn.file_name(language)).write_text(
                    drawn.svg(language), encoding="utf-8"
                )
    except graphviz.ExecutableNotFound:
        sys.exit("diagrams: needs Graphviz's `dot` (Debian: apt install graphviz)")
    print(f"diagrams: {FOLDER}")


if __name__ == "__main__":
    main()
