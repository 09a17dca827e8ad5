"""A setting whose name is misspelt is refused; names of other programs are left alone."""

import re
from pathlib import Path

import pytest

from orchestration.settings.names import KNOWN, misspelt

ROOT = Path(__file__).parents[2]
READ_IN = ("orchestration", "macros", "dbt_project", "simulator", "infra")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("PQR_DASK_WORKER", "PQR_DASK_WORKERS"),
        ("PQR_DASK_WORKRES", "PQR_DASK_WORKERS"),
        ("PQR_HOMES", "PQR_HOME"),
        ("PQR_ENRICHEMENT", "PQR_ENRICHMENT"),
        ("PQR_POSTGRES_DNS", "PQR_POSTGRES_DSN"),
        ("PQR_S3PORT", "PQR_S3_PORT"),
        ("PQR_SILVER_BUCKET", "PQR_SILVER_BUCKETS"),
    ],
)
def test_a_misspelt_setting_is_named_with_what_was_meant(name: str, meant: str) -> None:
    assert misspelt({name: "3", "PATH": "/bin"}) == [
        f"{name} is not a setting: did you mean {meant}? Rename or unset it"
    ]


def test_names_of_others_are_left_alone() -> None:
    assert misspelt({*KNOWN, "PQR_FOO", "PQR_TEAM", "PQRS_HOME", "DASK_WORKERS", "PQR_"}) == []


def test_every_name_that_the_code_reads_is_known() -> None:
    read = set()
    for folder in READ_IN:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".py", ".sql", ".yml", ".yaml", ".sh", ".toml"):
                read.update(re.findall(r"PQR_[A-Z0-9]+(?:_[A-Z0-9]+)*\b", path.read_text("utf-8")))
    assert {name for name in read if misspelt([name])} == set()
    assert read >= KNOWN - {"PQR_KILL_AT"}
