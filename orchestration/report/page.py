"""The report as one self-contained page that prints on A4: no script, no font, no request."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orchestration.report.document import Document
from orchestration.report.table import Table
from orchestration.report.words import word, written

_HERE: Final = Path(__file__).parent
_LONGEST_WORD: Final = 14  # that a narrow column holds in one piece
_MOST_NARROW: Final = 7  # columns that fit on A4 at the usual size


@dataclass(frozen=True)
class Cell:
    """A cell as it is shown."""

    text: str
    unit: str

    @property
    def style(self) -> str:
        """Its class: what it is, and whether a word of it may have to be broken."""
        is_long = max(map(len, self.text.split()), default=0) > _LONGEST_WORD
        return f"{self.unit} long" if is_long and self.unit == "text" else self.unit


def html_page(document: Document) -> str:
    """The page. All text of the document is escaped; only our own charts are markup."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def shown_rows(table: Table) -> Iterator[list[Cell]]:
        for index, row in enumerate(table.rows[: table.most_shown]):
            units = [table.unit_of(index, column) for column in range(len(row))]
            yield [
                Cell(written(value, unit, document.language), unit)
                for value, unit in zip(row, units, strict=True)
            ]

    def hidden_rows(table: Table) -> str:
        if table.most_shown is None or len(table.rows) <= table.most_shown:
            return ""
        every = written(len(table.rows), "count", document.language)
        return word(document.language, "more_rows", shown=table.most_shown, all=every)

    return environment.get_template("page.html.j2").render(
        **vars(document),
        style=(_HERE / "page.css").read_text(encoding="utf-8"),
        w=lambda name: word(document.language, name),
        shown_rows=shown_rows,
        hidden_rows=hidden_rows,
        most_narrow=_MOST_NARROW,
    )
