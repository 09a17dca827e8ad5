"""`pqr export open-data`: valid, anonymous, and an attack on the published files gets nowhere."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.integration.report.attack import Attack, rows
from tests.integration.report.conftest import World, Worlds
from tests.integration.report.test_refused_reports import HOSTILE

pytestmark = pytest.mark.slow

KNOWN = (
    "mes_recepcion", "canal", "tipo", "subtipo", "region", "codigo_departamento", "departamento",
    "codigo_municipio", "municipio", "dependencia",
)  # fmt: skip


@pytest.fixture(scope="module")
def package(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("open-data")
    done = world.pqr(
        "export", "open-data", "--period", "2025-S2", "--output", str(folder), "--entity", "Ejemplo"
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_the_package_is_valid(package: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("frictionless"), "validate", "--json", "datapackage.json"],
        cwd=package, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    report = json.loads(done.stdout)
    assert report["valid"], report
    assert report["stats"]["tasks"] == 5
    catalog = json.loads((package / "dcat.json").read_text(encoding="utf-8"))
    assert catalog["dct:publisher"]["foaf:name"] == "Ejemplo"
    for item in catalog["dcat:distribution"]:
        assert (package / item["dcat:downloadURL"]).stat().st_size == item["dcat:byteSize"]


def test_a_period_that_begins_before_the_data_is_named_by_the_days_it_has(
    world: World, package: Path, tmp_path: Path
) -> None:
    done = world.pqr("export", "open-data", "--period", "2025-Q3", "--output", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "begin on 1 September 2025 and cover 30 of its 92 days" in done.stderr
    described = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    catalog = json.loads((tmp_path / "dcat.json").read_text(encoding="utf-8"))
    for title, text in (
        (described["title"], described["description"]),
        (catalog["dct:title"]["@value"], catalog["dct:description"]["@value"]),
    ):
        assert "2025-09-01 a 2025-09-30" in title
        assert "incompleto" in title
        assert "2025-07-01" not in title + text
        assert "30 de los 92 días" in text


def test_what_people_read_in_the_package_is_spanish_and_its_dialect_is_declared(
    package: Path,
) -> None:
    described = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    assert {item["dialect"]["delimiter"] for item in described["resources"]} == {","}
    assert described["resources"][0]["schema"]["fields"][0]["title"] == "Mes de recepción"
    assert described["resources"][1]["title"] == "Recuentos por mes de recepción y tipo"
    words = rows(package / "diccionario.csv")
    assert list(words[0]) == ["columna", "tipo", "descripcion", "description", "fuente"]
    assert not (package / "casos.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_no_combination_is_rare_and_nothing_identifies(world: World, package: Path) -> None:
    cases = rows(package / "casos.csv")
    sizes = Counter(tuple(case[name] for name in KNOWN) for case in cases)
    assert min(sizes.values()) >= 5
    assert sum(case["municipio"] != "*" for case in cases) > len(cases) / 10
    text = "".join(path.read_text(encoding="utf-8") for path in package.glob("*.csv"))
    assert "PQR-" not in text
    seats = {
        (code, f"{lat:.5f}".rstrip("0"), f"{lon:.5f}".rstrip("0"))
        for code, lat, lon in world.query("select geo_id, latitude, longitude from silver.dim_geo")
    }
    for case in cases:
        place = (case["codigo_municipio"], case["latitud"], case["longitud"])
        assert place in seats or place == ("*", "", "")
    table = pq.read_table(package / "casos.parquet")
    assert table.num_rows == len(cases)
    assert table.column_names == list(cases[0])


def test_published_counts_are_those_of_sql_and_none_is_small(world: World, package: Path) -> None:
    true = {
        (department, month): count
        for department, month, count in world.query(
            "select department, to_char(created_day, 'YYYY-MM'), count(*) from silver.tickets"
            " group by 1, 2"
        )
    }
    shown = 0
    for row in rows(package / "departamento_mes.csv"):
        if row["departamento"] == "Total":
            continue
        for month in ("2025-09", "2025-10", "2025-11", "2025-12"):
            if row[month]:
                assert int(row[month]) == true[row["departamento"], month] >= 5
                shown += 1
    assert shown > 10


def test_an_attack_by_linear_programming_recomputes_no_suppressed_cell(package: Path) -> None:
    """Every published file as constraints on the cases by department, month, type and channel."""
    attack = Attack(package)
    assert attack.is_possible()
    tried = 0
    for name, pair in attack.tables.items():
        hidden = [cell for cell, count in attack.published[name].items() if count is None]
        for cell in hidden[:: max(1, len(hidden) // 25)]:
            least, most = attack.range_of(pair, cell)
            assert most - least > 0.5, (name, cell, least, most)
            tried += 1
    assert tried > 20


def test_the_same_publication_gives_the_same_bytes(
    world: World, package: Path, tmp_path: Path
) -> None:
    world.pqr(
        "export",
        "open-data",
        "--period",
        "2025-S2",
        "--output",
        str(tmp_path),
        "--entity",
        "Ejemplo",
    )
    for path in package.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_what_cannot_be_exported_is_one_line(world: World, worlds: Worlds, tmp_path: Path) -> None:
    few = worlds(per_day=1, last_day="2025-09-02")
    for place, arguments, code, words in (
        (world, ["export", "closed-data"], 2, "pqr export open-data"),
        (world, ["export", "open-data", "--period", "2026-01"], 2, "2026-01-31"),
        (world, ["export", "open-data", "--output", "/dev/null/x"], 2, "--output"),
        (few, ["export", "open-data", "--output", str(tmp_path)], 2, "publish a longer period"),
    ):
        done = place.pqr(*arguments)
        assert done.returncode == code, done.stderr
        assert words in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.slow
def test_text_of_others_does_nothing_in_the_package(worlds: Worlds, tmp_path: Path) -> None:
    world = worlds(subtype=HOSTILE, last_day="2025-09-30", per_day=40)
    done = world.pqr("export", "open-data", "--output", str(tmp_path), "--entity", HOSTILE)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "casos.csv").read_text(encoding="utf-8")
    assert "\u202e" not in text
    assert not any(
        value.startswith(("=", "+", "-", "@"))
        for case in rows(tmp_path / "casos.csv")
        for name, value in case.items()
        if name not in ("latitud", "longitud")
    )
    assert "'=HYPERLINK" in text
