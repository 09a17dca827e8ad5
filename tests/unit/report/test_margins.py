"""Counts of open data in the shape of the default world: large ones are published.

Nothing that is withheld can be subtracted back from all files together.
"""

import csv
import random
from pathlib import Path

import pytest

from orchestration.report.opendata.anonymous import Anonymised, K, anonymise
from orchestration.report.opendata.export import _csv
from orchestration.report.opendata.fields import FIELDS
from orchestration.report.opendata.margins import TABLES, TOTAL, Margin, margins
from tests.integration.report.attack import Attack

ROOT = Path(__file__).resolve().parents[3]
# Cases of September 2025 by department in the default world, the largest and the smallest.
SIZES = {
    "Bogotá, D.C.": 5769, "Antioquia": 5025, "Valle del Cauca": 3352, "Atlántico": 1969,
    "Putumayo": 243, "Caquetá": 300, "Arauca": 218, "Vichada": 104, "Guaviare": 68,
    "Archipiélago de San Andrés, Providencia y Santa Catalina": 62, "Amazonas": 52, "Guainía": 48,
    "Vaupés": 33,
}  # fmt: skip
TYPES = {"Petición": 30, "Queja": 25, "Reclamo": 30, "Sugerencia": 15}
CHANNELS = {"Correo electrónico": 38, "Formulario web": 31, "Chat": 14, "Llamada": 11, "Otros": 6}


def cases() -> list[dict[str, object]]:
    """About 17,000 cases of one month; few of a small department have the rarest type."""
    draw = random.Random(42)
    with (ROOT / "seeds" / "dim_geo.csv").open(encoding="utf-8", newline="") as file:
        towns: dict[str, list[dict[str, str]]] = {}
        for row in csv.DictReader(file):
            towns.setdefault(row["department"], []).append(row)
    made = []
    for department, size in SIZES.items():
        places = towns[department][:3]
        for _ in range(size):
            town = draw.choices(places, [6, 3, 1][: len(places)])[0]
            (kind,) = draw.choices(list(TYPES), list(TYPES.values()))
            if department in ("Amazonas", "Vaupés") and kind == "Sugerencia":
                kind = draw.choice(["Sugerencia", "Queja", "Queja"])
            made.append(
                {
                    **dict.fromkeys((item.name for item in FIELDS), ""),
                    "mes_recepcion": "2025-09",
                    "canal": draw.choices(list(CHANNELS), list(CHANNELS.values()))[0],
                    "tipo": kind, "subtipo": "General", "region": town["region"],
                    "codigo_departamento": town["dane_department_code"], "departamento": department,
                    "codigo_municipio": town["geo_id"], "municipio": town["municipio"],
                    "dependencia": draw.choice(["Hacienda", "Salud", "Educación"]),
                    "estado": "Cerrado", "desenlace": "Respondida",
                }
            )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def made() -> tuple[list[Margin], Anonymised]:
    rows = cases()
    members: dict[str, list[str]] = {
        name: sorted({str(row[name]) for row in rows}) for pair in TABLES.values() for name in pair
    }
    anonymised = anonymise(rows)
    return margins(rows, anonymised.rows, members), anonymised


def test_large_counts_are_published_and_few_are_withheld_for_the_small_ones(
    made: tuple[list[Margin], Anonymised],
) -> None:
    small = sum(0 <= count < K for table in made[0] for count in table.counts.values())
    assert small >= 2
    hidden = [(table.counts[cell], cell) for table in made[0] for cell in table.hidden]
    assert len(hidden) < 20
    assert max(hidden)[0] < 20 * K
    for table in made[0]:
        assert not any(TOTAL in cell for cell in table.hidden)
        if table.name != "departamento_tipo":
            assert not table.hidden


def test_no_withheld_count_is_found_by_subtraction_over_all_published_files(
    made: tuple[list[Margin], Anonymised], tmp_path: Path
) -> None:
    tables, anonymised = made
    names = [item.name for item in FIELDS]
    rows = [[row[name] for name in names] for row in anonymised.rows]
    (tmp_path / "casos.csv").write_bytes(_csv([names, *rows]))
    for table in tables:
        head = [table.dimensions[0], *table.columns, TOTAL]
        (tmp_path / f"{table.name}.csv").write_bytes(_csv([head, *table.published()]))
    attack = Attack(tmp_path)
    assert attack.is_possible()
    tried = 0
    for table in tables:
        for cell in table.hidden:
            least, most = attack.range_of(table.dimensions, (str(cell[0]), str(cell[1])))
            wanted = K - 1 if table.counts[cell] < K else 1
            assert most - least > wanted - 0.5, (table.name, cell, least, most)
            tried += 1
    assert tried >= 4
