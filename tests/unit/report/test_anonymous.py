"""No combination of published values is rare, and no hidden count can be worked out."""

import random
from collections import Counter

import pytest

from orchestration.report.opendata.anonymous import QUASI_IDENTIFIERS, K, anonymise
from orchestration.report.opendata.margins import TOTAL, margins

PLACES = [
    (f"region {n % 3}", f"{n:02}", f"department {n}", f"{n:02}{m:03}", f"town {n}-{m}")
    for n in range(7)
    for m in range(4)
]


def cases(seed: int, count: int) -> list[dict[str, object]]:
    """Skewed, as real ones: most in few places, kinds and months."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        place = PLACES[min(int(chance.expovariate(0.25)), len(PLACES) - 1)]
        values = (
            f"2025-{9 + min(int(chance.expovariate(1.5)), 2):02}",
            chance.choice(["web", "web", "web", "email", "chat"]),
            chance.choice(["P", "P", "P", "Q", "Q", "R"]),
            chance.choice(["general", "general", "informacion"]),
            *place,
            chance.choice(["office 1", "office 1", "office 2"]),
        )
        row: dict[str, object] = dict(zip(QUASI_IDENTIFIERS, values, strict=True))
        end = chance.choice([*["Respondida"] * 12, *["Trasladada"] * 3, "Acceso negado"])
        fact = {"latitud": 1.0, "longitud": -70.0, "estado": "Abierto", "desenlace": end}
        found.append({**row, **fact})
    return found


def members(rows: list[dict[str, object]]) -> dict[str, list[str]]:
    names = ("mes_recepcion", "canal", "tipo", "departamento")
    return {name: sorted({str(row[name]) for row in rows}) for name in names}


@pytest.mark.parametrize("seed", range(5))
def test_every_published_combination_is_on_k_rows(seed: int) -> None:
    rows = cases(seed, 60 + 90 * seed)
    made = anonymise(rows)
    sizes = Counter(tuple(row[name] for name in QUASI_IDENTIFIERS) for row in made.rows)
    assert not sizes or min(sizes.values()) >= K
    assert len(made.rows) + made.suppressed == len(rows)
    assert all(row["latitud"] is None for row in made.rows if row["municipio"] == "*")
    assert all(row["municipio"] == "*" for row in made.rows if row["departamento"] == "*")


@pytest.mark.parametrize("seed", range(5))
def test_a_rare_outcome_is_hidden_and_never_alone(seed: int) -> None:
    made = anonymise(cases(seed, 60 + 90 * seed))
    shown: Counter[tuple[object, ...]] = Counter()
    for row in made.rows:
        shown[row["mes_recepcion"], row["tipo"], row["desenlace"]] += 1
    groups = Counter(key[:2] for key in shown.elements())
    for key, count in shown.items():
        assert count >= K or groups[key[:2]] < K, key


def test_few_cases_are_all_left_out() -> None:
    made = anonymise(cases(1, 4))
    assert (made.rows, made.suppressed) == ((), 4)


@pytest.mark.parametrize("seed", range(3))
def test_small_counts_are_hidden_and_a_total_alike_in_every_table(seed: int) -> None:
    rows = cases(seed, 150)
    tables = margins(rows, anonymise(rows).rows, members(rows))
    hidden_totals: dict[tuple[str, str], set[bool]] = {}
    for table in tables:
        for (row, column), count in table.counts.items():
            is_hidden = (row, column) in table.hidden
            assert is_hidden or count >= K
            if column == TOTAL and row != TOTAL:
                hidden_totals.setdefault((table.dimensions[0], str(row)), set()).add(is_hidden)
            if row == TOTAL and column != TOTAL:
                hidden_totals.setdefault((table.dimensions[1], str(column)), set()).add(is_hidden)
    assert all(len(seen) == 1 for seen in hidden_totals.values())


def test_a_single_small_count_does_not_stand_alone_in_its_row_or_column() -> None:
    rows = [row for row in cases(0, 400) if row["departamento"] in ("department 0", "department 1")]
    rows = [row for row in rows if (row["departamento"], row["tipo"]) != ("department 1", "R")]
    rows += [dict(rows[0], departamento="department 1", tipo="R", region="region 1")] * 2
    tables = margins(rows, anonymise(rows).rows, members(rows))
    table = next(item for item in tables if item.name == "departamento_tipo")
    assert ("department 1", "R") in table.hidden
    assert sum(cell[0] == "department 1" for cell in table.hidden) >= 2
    assert sum(cell[1] == "R" for cell in table.hidden) >= 2
