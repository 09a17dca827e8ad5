"""A table of the report, as every format writes it."""

from dataclasses import dataclass, field
from typing import Any

from orchestration.report.words import Unit


@dataclass(frozen=True)
class Column:
    """A column: its title and what its values are."""

    title: str
    unit: Unit = "text"


@dataclass(frozen=True)
class Table:
    """A table with its legal basis and its source.

    Attributes:
        name: Of its file and sheet, in the language of the report.
        title: Above it.
        note: How to read it.
        columns: In order.
        rows: Raw values, one per column: text, int, Decimal or None for what is not known.
        laws: Legal basis, as cited.
        sources: Published views and columns.
        has_total: Whether the last row adds up the others.
        most_shown: Rows that the page shows; the other formats have all.
        charts: Inline SVG.
        units: Of the summary, where each row has its own: of its values, row by row.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""
    laws: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    has_total: bool = False
    most_shown: int | None = None
    charts: tuple[str, ...] = field(default=())
    units: tuple[Unit, ...] = ()

    def unit_of(self, row: int, column: int) -> Unit:
        """What a value is: the unit of its column, or in the summary that of its row."""
        if self.units and self.columns[column].unit == "count":
            return self.units[row]
        return self.columns[column].unit
