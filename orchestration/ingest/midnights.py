"""Columns of a table that hold days alone, which a database writes as midnights."""

from collections.abc import Container, Iterator, Sequence

from orchestration.ingest.dates import are_days, joined
from orchestration.ingest.table import Table
from orchestration.ingest.text import normalised, says_nothing
from orchestration.ingest.time_rule import TimeRule


def columns_of_days(
    table: Table, rules: Sequence[TimeRule], skipped: Container[int]
) -> Iterator[tuple[str, ...]]:
    """The columns of rules in which every time that there is is midnight.

    Args:
        table: Has the columns of the rules.
        rules: What is read.
        skipped: The lines of rows without a case.
    """
    rows = [
        row.cells
        for row in table.rows
        if row.line not in skipped and not row.damaged and len(row.cells) == len(table.columns)
    ]
    for columns in sorted({rule.columns for rule in rules}):
        readers = [rule for rule in rules if rule.columns == columns]
        places = [table.columns.index(column) for column in columns]
        texts = {tuple(normalised(cells[place]) for place in places) for cells in rows}
        if are_days(joined(*_dated(columns, text, readers)) for text in texts):
            yield columns


def _dated(
    columns: Sequence[str], texts: Sequence[str], rules: Sequence[TimeRule]
) -> Iterator[str]:
    for column, text in zip(columns, texts, strict=True):
        is_empty = says_nothing(text) or any(rule.is_empty(column, text) for rule in rules)
        yield "" if is_empty else text
