"""What a reader could work out of a table with hidden cells: a linear programme per hidden cell."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import ceil, floor

Cell = tuple[Hashable, Hashable]
_SLACK = 1e-6


@dataclass(frozen=True)
class Known:
    """What is public beside the table.

    Attributes:
        at_least: Of each inner cell, how many anonymised cases are in it for certain.
        spare: Cases that could be in any cell: left out, or without one of the two dimensions.
        groups: Cells that together hold at least and at most so many.
        rows: Members of the first dimension.
        columns: Members of the second.
        total: The name of a total.
    """

    at_least: Mapping[Cell, int]
    spare: int
    groups: list[tuple[list[Cell], int, int]]
    rows: list[str]
    columns: list[str]
    total: str


def possible_values(
    counts: Mapping[Cell, int], hidden: set[Cell], known: Known
) -> dict[Cell, tuple[int, int]]:
    """The least and the most that each hidden count can be.

    Zeros are hidden like other small counts: a reader cannot take one for at least 1.
    """
    from scipy.optimize import linprog

    cells = sorted(hidden, key=str)
    if not cells:
        return {}
    place = {cell: index for index, cell in enumerate(cells)}
    equal: list[tuple[list[float], float]] = []
    for line in _lines(known):
        row, right = _row(line, counts, place)
        if any(row):
            equal.append((row, right))
    below: list[tuple[list[float], float]] = []
    for group, least, most in known.groups:
        row, right = _row([(cell, 1) for cell in group], counts, place)
        if any(row):
            below.append((row, right + most))
            below.append(([-value for value in row], -(right + least)))
    bounds = [_bounds(cell, known) for cell in cells]
    found = {}
    for cell, index in place.items():
        ends = []
        for sign in (1, -1):
            cost = [0.0] * len(cells)
            cost[index] = sign
            solved = linprog(
                cost,
                A_eq=[row for row, _ in equal] or None,
                b_eq=[right for _, right in equal] or None,
                A_ub=[row for row, _ in below] or None,
                b_ub=[right for _, right in below] or None,
                bounds=bounds,
                method="highs",
            )
            # Without a solution the facts contradict each other: count the cell as laid open.
            ends.append(sign * solved.fun if solved.status == 0 else float(counts[cell]))
            if solved.status == 3:  # unbounded
                ends[-1] = float(counts[cell] + 1_000_000)
        found[cell] = (ceil(ends[0] - _SLACK), floor(ends[1] + _SLACK))
    return found


def _lines(known: Known) -> list[list[tuple[Cell, int]]]:
    """Each row and column, its total with a minus: together 0."""
    total = known.total
    lines: list[list[tuple[Cell, int]]] = []
    for row in [*known.rows, total]:
        inner: list[tuple[Cell, int]] = [((row, column), 1) for column in known.columns]
        lines.append([*inner, ((row, total), -1)])
    for column in [*known.columns, total]:
        inner = [((row, column), 1) for row in known.rows]
        lines.append([*inner, ((total, column), -1)])
    return lines


def _row(
    line: list[tuple[Cell, int]], counts: Mapping[Cell, int], place: Mapping[Cell, int]
) -> tuple[list[float], float]:
    """Coefficients of the hidden cells, and what the published ones leave for them."""
    row, right = [0.0] * len(place), 0.0
    for cell, sign in line:
        if cell in place:
            row[place[cell]] += sign
        else:
            right -= sign * counts[cell]
    return row, right


def _bounds(cell: Cell, known: Known) -> tuple[float, float | None]:
    if known.total in cell:
        return 0, None
    least = known.at_least[cell]
    return least, least + known.spare
