"""The width of rows: exports that end every row, or the header alone, with a delimiter."""

from collections.abc import Iterable, Sequence


def spare_cells(rows: Iterable[Sequence[str]], columns: Sequence[str]) -> int:
    """How many cells without text all rows have beyond the header; negative: lack of its nameless.

    0 where rows differ: then a cell too many may be a delimiter within a text.
    """
    named = max((n for n, name in enumerate(columns, 1) if name), default=0)
    found = 0
    for cells in rows:
        # Lines of few cells are totals and sentences, or are named one by one.
        if len(cells) < named or not any(cell.strip() for cell in cells):
            continue
        more = len(cells) - len(columns)
        spare = cells[len(columns) :]
        if more == 0 or any(cell.strip() for cell in spare) or more != (found or more):
            return 0
        found = more
    return found


def is_whole(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether cells are as many as those of a header, but for an empty one at the end of either."""
    more = len(cells) - len(header)
    longer = cells if more > 0 else header
    return more == 0 or (abs(more) == 1 and not longer[-1].strip())
