"""What becomes of the empty cells of a table that is proposed a mapping, said before it lands."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from orchestration.ingest.cells import Cells
from orchestration.ingest.guesses import DEFAULTS
from orchestration.ingest.skipped import why_skipped
from orchestration.ingest.table import Table
from orchestration.ingest.text import normalised
from orchestration.wording import counted

# By field what its column holds, and what becomes of a row without it. A case without a closing, a
# text or an answer is right as it is.
_BECOMES: Final[Mapping[str, tuple[str, str]]] = {
    "key": ("number", "into quarantine as KEY_EMPTY"),
    "created_at": ("date of creation", "into quarantine as TIME_MISSING"),
    "source_channel": ("channel", f"read as {DEFAULTS['source_channel']}, the `default`"),
    "pqrs_type": ("type", f"read as {DEFAULTS['pqrs_type']}, the `default`"),
    "subtype": ("subtype", "read as general"),
    "priority": ("priority", f"read as {DEFAULTS['priority']}, the `default`"),
    "geo_code": (
        "municipality",
        "into quarantine as UNKNOWN_GEO, unless a `default` below `geo_code` gives the code"
        " to take",
    ),
    "department": ("department", "the municipality is looked up by its name alone"),
}


def said_of_empty(name: str, table: Table, chosen: Mapping[str, str]) -> Iterator[str]:
    """How many rows have nothing in a column that is read, counted as `pqr ingest` reads them.

    Args:
        name: The file.
        table: All of its rows: where cells are missing, a sample would not show it.
        chosen: The column of each field.
    """
    columns = [normalised(column) for column in table.columns]
    cells = Cells({normalised(column): frozenset() for column in chosen.values()})
    skipped = why_skipped(name, table)
    for row in table.rows:
        if row.damaged is None and row.line not in skipped:
            for column, text in zip(columns, row.cells, strict=True):
                cells.read(column, text)
    for field, (what, becomes) in _BECOMES.items():
        named = chosen.get(field)
        if named is not None and (count := cells.empty[normalised(named)]):
            have = "has" if count == 1 else "have"
            yield f"{named}: {counted(count, 'row')} {have} no {what}: {becomes}"


def notes_of_defaults(
    empty: Counter[str], defaults: Mapping[str, tuple[str, str]]
) -> Iterator[str]:
    """How many empty cells of a column are read as the `default` of its field.

    Args:
        empty: How many cells of each column are empty.
        defaults: Column and default by field.
    """
    for field, (column, default) in defaults.items():
        if count := empty[normalised(column)]:
            are = "is" if count == 1 else "are"
            yield (
                f"{column}: {counted(count, 'cell')} {are} empty: read as {default}, the"
                f" `default` of {field}"
            )
