"""The header of a table: which row it is, and which of its columns the mapping reads."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from orchestration.errors import UsageError
from orchestration.ingest.guesses import WORDS
from orchestration.ingest.text import folded, normalised
from orchestration.wording import counted, printable, shown

DELIMITERS: Final = (";", ",", "\t", "|")
# Titles above a header are looked through so far.
ROWS_ABOVE: Final = 30
# Fewer may be words of a row: a type that is "Petición", an answer that is "Solución".
_FEWEST_NAMES: Final = 3
_NAMES: Final = frozenset(word for words in WORDS.values() for word in words)
# Rows that a sheet has room for: an export of more is cut there, and nothing says so.
_SHEET_ENDS: Final = (65_536, 1_048_576)


class TableError(UsageError):
    """A file that is not the table that the mapping reads; the message names file and line."""


def header_among(rows: Sequence[Sequence[str]], wanted: set[str]) -> int:
    """Which row is the header: the first with every wanted column, else with most of them.

    Where nothing is wanted, the first row with most names that columns of registers have; where
    none has three of them, that with most cells that hold something.
    """
    if not wanted:
        # A header with a column without a name has fewer cells than the rows below it.
        filled = [sum(bool(cell.strip()) for cell in cells) for cells in rows]
        named = [len(_NAMES & set(map(folded, cells))) for cells in rows]
        scores = named if max(named) >= _FEWEST_NAMES else filled
        return scores.index(max(scores))

    def score(cells: Sequence[str]) -> int:
        return len(wanted & set(matched(cells, wanted)[0]))

    scores = [score(cells) for cells in rows]
    return scores.index(max(scores))


def matched(cells: Sequence[str], wanted: set[str]) -> tuple[tuple[str, ...], list[str]]:
    """The columns of a header, and notes of those that are read in another spelling.

    A wanted column that is there in other case or accents, once, is read.
    """
    columns = [normalised(cell) for cell in cells]
    notes: list[str] = []
    spelled = [folded(column) for column in columns]
    for name in sorted(wanted - set(columns)):
        if spelled.count(folded(name)) == 1 and folded(name):
            place = spelled.index(folded(name))
            if columns[place] not in wanted:
                notes.append(f"column {printable(columns[place])} is read as {name}")
                columns[place] = name
    return tuple(columns), notes


def require_columns(
    name: str, line: int, columns: Sequence[str], wanted: set[str], *, delimiter: str = ""
) -> None:
    """Raise TableError for a column that the mapping reads and that is missing or there twice."""
    if missing := sorted(wanted - set(columns)):
        found = ", ".join(map(shown, columns)) or "none"
        joined = "".join(columns)
        other = next((d for d in DELIMITERS if delimiter and d != delimiter and d in joined), None)
        hint = f"; the file may be separated by {other!r}: see `delimiter`" if other else ""
        if len(columns) == 1 and delimiter and delimiter in columns[0]:
            hint = "; the whole line stands in quotes: export it without them"
        raise TableError(
            f"{name}, line {line}: COLUMN_MISSING: no column {', '.join(map(shown, missing))};"
            f" found {found}{hint}"
        )
    for column in sorted(wanted):
        if columns.count(column) > 1:
            raise TableError(
                f"{name}, line {line}: COLUMN_REPEATED: {columns.count(column)} columns are named"
                f" {column}, and the mapping reads it: rename one of them"
            )


def said_of_repeated(columns: Sequence[str]) -> Iterator[str]:
    """A question on each name that several columns have: a mapping cannot tell them apart."""
    for column, count in Counter(columns).items():
        if column and count > 1:
            yield (
                f"{count} columns are named {column!r}, and only the last one was looked at: give"
                " each a name of its own in the file, and propose again"
            )


def without_header(name: str, skip_rows: int, way_out: str) -> TableError:
    """The error of a table that holds nothing below the lines that are skipped."""
    if skip_rows:
        above = f"below the {counted(skip_rows, 'line')} of `skip_rows`"
        return TableError(f"{name} has nothing {above}: give a smaller number")
    return TableError(f"{name} is empty: {way_out}")


def note_of_header(line: int, above: int) -> str:
    """That a header stands on `line`, below so many lines that were looked at."""
    return f"header found on line {line}; {counted(above, 'line')} above it not read"


def note_of_cut(last: int) -> list[str]:
    """What is to be said of a table whose last row is the last one that a sheet can have."""
    if last not in _SHEET_ENDS:
        return []
    return [f"it ends at row {last:,}, where a sheet is full: rows after it are probably missing"]
