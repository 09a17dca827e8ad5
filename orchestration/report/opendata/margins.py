"""Tables of counts with their totals, from which no small count can be recomputed.

A count below `K` is hidden, zeros too. What a reader could then work out is found as a reader
would: a linear programme gives the least and the most that each hidden count can be, from all that
is published: the other cells, the totals, and the anonymised cases. As long as some small count has
fewer than `K` possible values, or a larger one that was hidden for its sake has only one, a further
cell is hidden.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from orchestration.report.opendata.anonymous import GENERALISED, K
from orchestration.report.opendata.audit import Known, possible_values

# Name of the table: its two dimensions.
TABLES: Final[Mapping[str, tuple[str, str]]] = {
    "mes_tipo": ("mes_recepcion", "tipo"),
    "canal_tipo": ("canal", "tipo"),
    "departamento_tipo": ("departamento", "tipo"),
    "departamento_mes": ("departamento", "mes_recepcion"),
}
TOTAL: Final = "Total"

Cell = tuple[Hashable, Hashable]


@dataclass
class Margin:
    """A table: all counts with totals, and the cells that are hidden."""

    name: str
    dimensions: tuple[str, str]
    counts: dict[Cell, int]
    rows: list[str]
    columns: list[str]
    hidden: set[Cell] = field(default_factory=set)

    def published(self) -> list[tuple[Any, ...]]:
        """Row by row: the member, its counts (None where hidden), its total; totals last."""
        return [
            (row, *(self._shown(row, column) for column in [*self.columns, TOTAL]))
            for row in [*self.rows, TOTAL]
        ]

    def _shown(self, row: str, column: str) -> int | None:
        return None if (row, column) in self.hidden else self.counts[row, column]


def margins(
    cases: Sequence[Mapping[str, Any]],
    published: Sequence[Mapping[str, Any]],
    members: Mapping[str, Sequence[str]],
    k: int = K,
) -> list[Margin]:
    """The tables of `TABLES`, with enough hidden.

    Args:
        cases: All cases, before they were anonymised.
        published: The anonymised ones, which a reader also has.
        members: Of each dimension, in the order of its rows or columns.
        k: Counts below it are hidden, and a hidden count has at least so many possible values.
    """
    tables = [_table(name, pair, cases, members) for name, pair in TABLES.items()]
    region_of = {case["departamento"]: case["region"] for case in cases}
    # Totals are hidden alike wherever they stand: what one table hid another would tell.
    totals = {
        name: _small_totals(cases, name, members[name], k)
        for pair in TABLES.values()
        for name in pair
    }
    while True:
        for table in tables:
            _hide_small(table, totals, k)
        known = [_known(table, published, len(cases), region_of) for table in tables]
        weak = [
            (table, cell)
            for table, facts in zip(tables, known, strict=True)
            for cell, (least, most) in possible_values(table.counts, table.hidden, facts).items()
            if most - least + 1 < (k if table.counts[cell] < k else 2)
        ]
        fresh: tuple[set[tuple[str, int, Hashable]], ...] = (set(), set())
        # Where its own region is spent, a small count takes what is hidden in others.
        small = [(table, cell) for table, cell in weak if table.counts[cell] < k]
        if not any(
            sum(
                _hide_more(table, cell, totals, lines, region_of, is_exact)
                for table, cell in chosen
            )
            for chosen, is_exact, lines in ((weak, True, fresh[0]), (small, False, fresh[1]))
        ):
            return tables


def _table(
    name: str,
    dimensions: tuple[str, str],
    cases: Sequence[Mapping[str, Any]],
    members: Mapping[str, Sequence[str]],
) -> Margin:
    rows, columns = (list(members[dimension]) for dimension in dimensions)
    counted = Counter((case[dimensions[0]], case[dimensions[1]]) for case in cases)
    counts: dict[Cell, int] = {}
    for row in rows:
        for column in columns:
            counts[row, column] = counted[row, column]
        counts[row, TOTAL] = sum(counts[row, column] for column in columns)
    for column in [*columns, TOTAL]:
        counts[TOTAL, column] = sum(counts[row, column] for row in rows)
    return Margin(name, dimensions, counts, rows, columns)


def _small_totals(
    cases: Sequence[Mapping[str, Any]], dimension: str, members: Sequence[str], k: int
) -> set[str]:
    counted = Counter(case[dimension] for case in cases)
    return {member for member in members if counted[member] < k}


def _hide_small(table: Margin, totals: Mapping[str, set[str]], k: int) -> None:
    table.hidden |= {
        (row, column)
        for (row, column), count in table.counts.items()
        if count < k and (row, column) != (TOTAL, TOTAL)
    }
    table.hidden |= {(row, TOTAL) for row in totals[table.dimensions[0]]}
    table.hidden |= {(TOTAL, column) for column in totals[table.dimensions[1]]}


def _hide_more(
    table: Margin,
    cell: Cell,
    totals: Mapping[str, set[str]],
    lines: set[tuple[str, int, Hashable]],
    region_of: Mapping[str, str],
    is_exact: bool,
) -> bool:
    """Hide a small count in the row and in the column of a cell that says too much.

    In a column of departments it is one of the same region: the anonymised cases tell how many a
    region has, so a count hidden in another one protects nothing and would need protection itself.
    Where a line has no more to hide, its total goes, and after that the next smallest total.
    `lines` are those that have been helped in this round: one cell each may be enough.

    Returns:
        Whether something was hidden, or a line of the cell was helped before.
    """
    helped = False
    for place in (0, 1):
        names = (table.rows, table.columns)[1 - place]
        region = region_of.get(str(cell[0])) if place == 1 else None
        line = (table.name if cell[place] != TOTAL else "", place, (cell[place], region))
        if line in lines:
            helped = True
            continue
        if cell[place] == TOTAL:
            found = _hide_total(table, 1 - place, None, totals)
        else:
            beside: list[Cell] = [
                (cell[0], name) if place == 0 else (name, cell[1]) for name in names
            ]
            open_cells = [
                item for item in beside if item not in table.hidden and table.counts[item]
            ]
            if region is not None:
                beside_it = [i for i in open_cells if region_of.get(str(i[0])) == region]
                open_cells = beside_it or ([] if is_exact else open_cells)
            found = bool(open_cells)
            if open_cells:
                table.hidden.add(min(open_cells, key=lambda item: _price(table, item, region_of)))
            elif region is None or not is_exact:
                found = _hide_total(table, place, cell[place], totals)
        if found:
            lines.add(line)
            helped = True
    return helped


def _price(table: Margin, cell: Cell, region_of: Mapping[str, str]) -> tuple[bool, int, Hashable]:
    """What hiding a cell costs: least where its row and column have hidden cells already."""
    row, column = cell
    region = region_of.get(str(row))
    in_row = any(r == row and c != column for r, c in table.hidden)
    in_column = any(
        c == column and r != row and region_of.get(str(r)) == region for r, c in table.hidden
    )
    return not (in_row and in_column), table.counts[cell], str(cell)


def _hide_total(
    table: Margin, place: int, wanted: Hashable, totals: Mapping[str, set[str]]
) -> bool:
    """Hide the total of a member, or the smallest one that is shown; False when none is left."""
    hidden = totals[table.dimensions[place]]
    names = (table.rows, table.columns)[place]
    counted = [
        (name != wanted, table.counts[(name, TOTAL) if place == 0 else (TOTAL, name)], name)
        for name in names
        if name not in hidden
    ]
    shown = [item for item in counted if item[1]]
    if not shown or (wanted is not None and wanted in hidden):
        return False
    hidden.add(min(shown)[2])
    return True


def _known(
    table: Margin,
    published: Sequence[Mapping[str, Any]],
    cases_count: int,
    region_of: Mapping[str, str],
) -> Known:
    """What the anonymised cases say of a table: at least, and at most, so many in each cell."""
    first, second = table.dimensions
    left_out = cases_count - len(published)
    at_least = Counter((row[first], row[second]) for row in published)
    unplaced = sum(row[first] == GENERALISED or row[second] == GENERALISED for row in published)
    groups: dict[Cell, tuple[list[Cell], int, int]] = {}
    if first == "departamento":
        in_region = Counter((row["region"], row[second]) for row in published)
        for column in table.columns:
            adrift = in_region[GENERALISED, column] + left_out
            for region in sorted(set(region_of.values())):
                cells: list[Cell] = [
                    (row, column) for row in table.rows if region_of.get(row) == region
                ]
                least = in_region[region, column]
                groups[region, column] = (cells, least, least + adrift)
    return Known(
        at_least={cell: at_least[cell] for cell in table.counts if TOTAL not in cell},
        spare=unplaced + left_out,
        groups=list(groups.values()),
        rows=table.rows,
        columns=table.columns,
        total=TOTAL,
    )
