"""The reference lists: complete, in their regions, rebuilt to the byte."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.seeds import FOLDER, municipalities, rows


def test_every_municipality_has_a_code_a_place_and_people() -> None:
    found = rows("dim_geo")
    assert len(found) == 1_121
    assert len({row["geo_id"] for row in found}) == len(found)
    for row in found:
        assert row["geo_id"] == row["dane_municipality_code"]
        assert row["geo_id"][:2] == row["dane_department_code"]
        assert len(row["geo_id"]) == 5
        assert -5 < float(row["latitude"]) < 14, row
        assert -82 < float(row["longitude"]) < -66, row
        assert int(row["population"]) > 0
    assert sum(int(row["population"]) for row in found) == 52_695_952


@pytest.mark.parametrize(
    ("department", "region"),
    [
        ("Antioquia", "Andina"),
        ("Atlántico", "Caribe"),
        ("Chocó", "Pacífica"),
        ("Meta", "Orinoquía"),
        ("Putumayo", "Amazonía"),
        ("Archipiélago de San Andrés, Providencia y Santa Catalina", "Insular"),
        ("Bogotá, D.C.", "Andina"),
    ],
)
def test_a_department_lies_in_one_natural_region(department: str, region: str) -> None:
    found = [m.region for m in municipalities() if m.department == department]
    assert found
    assert set(found) == {region}


def test_thirty_three_departments_share_six_regions() -> None:
    regions = {m.department: m.region for m in municipalities()}
    assert len(regions) == 33
    assert set(regions.values()) == {
        "Andina",
        "Caribe",
        "Pacífica",
        "Orinoquía",
        "Amazonía",
        "Insular",
    }


def test_no_name_needs_escaping_in_json() -> None:
    assert not [m for m in municipalities() if set(m.name) & set('"\\') or not m.name.isprintable()]


def test_the_periods_of_a_policy_do_not_overlap() -> None:
    keys = [
        (r["policy_id"], r["pqrs_type"], r["subtype"], r["valid_from"], r["valid_to"] or "9999")
        for r in rows("dim_sla_policy")
    ]
    for one in keys:
        same = [other for other in keys if other[:3] == one[:3] and other != one]
        assert all(other[4] < one[3] or other[3] > one[4] for other in same), one


def test_building_the_seeds_again_changes_no_byte(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "build", tmp_path / "build")
    subprocess.run([sys.executable, str(tmp_path / "build")], check=True)
    built = sorted(path.name for path in tmp_path.glob("*.csv"))
    assert built
    for name in built:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name
