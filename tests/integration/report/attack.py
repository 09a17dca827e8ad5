"""An attack on a package of open data, with nothing but its files."""

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import lil_matrix

DIMENSIONS = ("departamento", "mes_recepcion", "tipo", "canal")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Attack:
    """What a reader of the package can derive: bounds of any sum of cases."""

    def __init__(self, package: Path) -> None:
        self.tables = {
            "mes_tipo": ("mes_recepcion", "tipo"), "canal_tipo": ("canal", "tipo"),
            "departamento_tipo": ("departamento", "tipo"),
            "departamento_mes": ("departamento", "mes_recepcion"),
        }  # fmt: skip
        self.published: dict[str, dict[tuple[str, str], int | None]] = {}
        for name, pair in self.tables.items():
            self.published[name] = {
                (row[pair[0]], column): int(value) if value else None
                for row in rows(package / f"{name}.csv")
                for column, value in row.items()
                if column != pair[0]
            }
        names = {
            name: sorted(
                {
                    cell[place]
                    for table, pair in self.tables.items()
                    for cell in self.published[table]
                    for place in (0, 1)
                    if pair[place] == name and cell[place] != "Total"
                }
            )
            for name in DIMENSIONS
        }
        self.keys = [
            (d, m, t, c)
            for d in names["departamento"] for m in names["mes_recepcion"]
            for t in names["tipo"] for c in names["canal"]
        ]  # fmt: skip
        self.place = {key: index for index, key in enumerate(self.keys)}
        self.cases = rows(package / "casos.csv")
        self._constrain()

    def _columns(self, **wanted: str) -> list[int]:
        fixed = [(DIMENSIONS.index(name), value) for name, value in wanted.items() if value]
        return [
            index
            for index, key in enumerate(self.keys)
            if all(key[at] == value for at, value in fixed)
        ]

    def _sum(self, pair: tuple[str, str], cell: tuple[str, str]) -> list[int]:
        wanted = {name: value for name, value in zip(pair, cell, strict=True) if value != "Total"}
        return self._columns(**wanted)

    def _constrain(self) -> None:
        equal: list[tuple[list[int], float]] = []
        for name, pair in self.tables.items():
            for cell, count in self.published[name].items():
                if count is not None:
                    equal.append((self._sum(pair, cell), count))
        at_least: list[tuple[list[int], float]] = []
        region_of = {c["departamento"]: c["region"] for c in self.cases if c["departamento"] != "*"}
        for subset in (DIMENSIONS, ("mes_recepcion", "tipo", "canal"), ("mes_recepcion", "tipo")):
            counted = Counter(tuple(case[name] for name in subset) for case in self.cases)
            for key, count in counted.items():
                if "*" not in key:
                    at_least.append((self._columns(**dict(zip(subset, key, strict=True))), count))
        unknown = {key[0] for key in self.keys} - set(region_of)
        for size in (3, 4):
            of = ("region", *DIMENSIONS[1:size])
            by_region = Counter(tuple(case[name] for name in of) for case in self.cases)
            for (region, *others), count in by_region.items():
                inside = {d for d, name in region_of.items() if name == region} | unknown
                indices = [
                    index
                    for index, key in enumerate(self.keys)
                    if key[0] in inside and list(key[1:size]) == others
                ]
                if "*" not in (region, *others):
                    at_least.append((indices, count))
        self.equal, self.b_equal = self._matrix(equal)
        matrix, right = self._matrix(at_least)
        self.below, self.b_below = -matrix, -right

    def _matrix(self, lines: Iterable[tuple[list[int], float]]) -> tuple[Any, Any]:
        lines = list(lines)
        matrix = lil_matrix((len(lines), len(self.keys)))
        for number, (indices, _) in enumerate(lines):
            matrix[number, indices] = 1
        return matrix.tocsr(), np.array([right for _, right in lines], dtype=float)

    def is_possible(self) -> bool:
        return bool(self._solve(np.zeros(len(self.keys))).status == 0)

    def range_of(self, pair: tuple[str, str], cell: tuple[str, str]) -> tuple[float, float]:
        cost = np.zeros(len(self.keys))
        cost[self._sum(pair, cell)] = 1
        least, most = self._solve(cost), self._solve(-cost)
        assert least.status == most.status == 0
        return float(least.fun), -float(most.fun)

    def _solve(self, cost: Any) -> Any:
        return linprog(
            cost, A_eq=self.equal, b_eq=self.b_equal, A_ub=self.below, b_ub=self.b_below,
            bounds=(0, None), method="highs",
        )  # fmt: skip
