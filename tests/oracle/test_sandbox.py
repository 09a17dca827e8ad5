"""`dbt build` as an analytics engineer types it: any selection, in a sandbox of their own."""

import os
from datetime import date, timedelta
from pathlib import Path

import duckdb
import psycopg
import pytest
from lake_world import LakeWorld
from plain_dbt import dbt_build
from small_worlds import lines_of, random_cases

from orchestration.lake.store import ObjectStore
from orchestration.run import Run
from orchestration.settings import Settings
from tests.project_copy import dbt_project_in

# dbt leaves its log files to the garbage collector.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

FIRST = date(2025, 12, 28)
LAST = FIRST + timedelta(days=2)


@pytest.fixture
def run(lake: Settings, tmp_path: Path) -> Run:
    """A committed world of three days."""
    lines = lines_of(random_cases(40, FIRST, 3, 5), FIRST, LAST)
    return LakeWorld(lake, tmp_path, FIRST).run(FIRST, LAST, lines)


def exported(lake: Settings) -> set[str]:
    keys = [facts.key.split("/") for facts in ObjectStore(lake.s3).list("dev/ana/")]
    return {f"{layer}/{dataset}" for _, _, layer, dataset, *_ in keys}


# What a shell may hold for other programs: plain dbt reaches the services all the same.
OF_OTHERS = {
    **dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9"),
    "PGSERVICE": "no-such-service", "PGHOSTADDR": "192.0.2.1", "PGSSLMODE": "verify-full",
    "AWS_PROFILE": "no-such-profile", "PREFECT_API_URL": "http://127.0.0.1:9/api",
    "TMPDIR": "/no/such/folder", "PYTHONPATH": "/no/such/folder",
}  # fmt: skip


@pytest.mark.parametrize(
    ("selection", "written"),
    [
        pytest.param("gold_kpi_volume+", "gold/kpi_volume", id="KPI", marks=pytest.mark.slow),
        pytest.param("silver_tickets+", "silver/tickets", id="cases", marks=pytest.mark.slow),
    ],
)
def test_a_selection_builds_in_a_fresh_sandbox(
    lake: Settings, run: Run, tmp_path: Path, selection: str, written: str
) -> None:
    done = dbt_build(lake, tmp_path / "sandbox.duckdb", [selection], **OF_OTHERS)
    assert done.returncode == 0, done.stdout
    said = next(line for line in done.stdout.splitlines() if "Sandbox of ana" in line)
    assert f"world {run.world.world_id}, run {run.run_id}, days {FIRST} to {LAST}" in said
    assert written in exported(lake)


def test_two_names_keep_two_sandboxes_of_one_user_apart(
    lake: Settings, run: Run, tmp_path: Path
) -> None:
    """Two checkouts with one bucket: what each has built is where the other does not write."""
    for name in ("", "ana-2"):
        file = tmp_path / f"sandbox{name}.duckdb"
        done = dbt_build(lake, file, ["gold_kpi_volume+"], PQR_SANDBOX=name)
        assert done.returncode == 0, done.stdout
        assert f"Sandbox of {name or 'ana'}: " in done.stdout
    store = ObjectStore(lake.s3)
    ours = {facts.key: facts.modified for facts in store.list("dev/ana/")}
    other = {facts.key for facts in store.list("dev/ana-2/")}
    assert {key.replace("dev/ana/", "dev/ana-2/") for key in ours} == other != set()
    with psycopg.connect(lake.postgres.dsn) as connection:
        found = connection.execute("select nspname from pg_namespace where nspname like 'dev%'")
        schemas = {name for (name,) in found}
    assert {"dev_ana_landing", "dev_ana_2_landing"} <= schemas


@pytest.mark.parametrize("name", ["Ana", "../ana", "a" * 32])
def test_a_name_that_cannot_be_a_sandbox_is_refused(
    lake: Settings, run: Run, tmp_path: Path, name: str
) -> None:
    done = dbt_build(lake, tmp_path / "no.duckdb", ["gold_kpi_volume"], PQR_SANDBOX=name)
    assert done.returncode != 0
    assert f"PQR_SANDBOX={name} cannot name a sandbox: use 1 to 31 of" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_failing_test_exports_nothing(lake: Settings, run: Run, tmp_path: Path) -> None:
    project = dbt_project_in(tmp_path / "project")
    model = project / "dbt_project" / "models" / "gold" / "gold_kpi_volume.sql"
    text = model.read_text(encoding="utf-8")
    model.write_text(text.replace("coalesce(created.tickets_count, 0)", "-1"), encoding="utf-8")
    done = dbt_build(lake, tmp_path / "sandbox.duckdb", ["gold_kpi_volume"], project)
    assert done.returncode == 1
    assert "counts_are_not_negative" in done.stdout
    assert exported(lake) == set()


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        pytest.param(
            "dbt_project/models/gold/gold_kpi_sla.yml", "        grain: [day, pqrs_type]\n", "",
            "dbt_project/models/gold/gold_kpi_sla.yml: gold_kpi_sla: config.meta.grain: is missing",
            id="no grain",
        ),
        pytest.param(
            "seeds/_seeds.yml", "        grain: [role_id]\n", "",
            "seeds/_seeds.yml: dim_role: config.meta.grain: is missing", id="served without key",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "dbt_project/models/gold/gold_kpi_sla.yml", "grid: {pqrs_type:", "grid: {pqr_type:",
            "config.meta.grid: 'pqr_type' is not a column: use day, pqrs_type", id="not a column",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "dbt_project/models/gold/gold_kpi_sla.yml", "touched: days", "touched: weeks",
            "config.meta.touched: 'weeks' is not known in gold: use one of days",
            id="unknown touched", marks=pytest.mark.slow,
        ),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_named(
    lake: Settings, tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    project = dbt_project_in(tmp_path / "project")
    text = (project / file).read_text(encoding="utf-8")
    assert old in text
    (project / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    done = dbt_build(lake, tmp_path / "sandbox.duckdb", ["gold_kpi_sla"], project)
    assert done.returncode != 0
    assert said in done.stdout
    assert "gold_kpi_sla" in done.stdout or "dim_role" in done.stdout


@pytest.mark.slow
def test_a_column_that_the_model_lacks_is_named(lake: Settings, run: Run, tmp_path: Path) -> None:
    project = dbt_project_in(tmp_path / "project")
    declared = project / "dbt_project" / "models" / "gold" / "gold_kpi_sla.yml"
    text = declared.read_text(encoding="utf-8")
    declared.write_text(text.replace("{name: avg_overdue_days,", "{name: late_days,"), "utf-8")
    done = dbt_build(lake, tmp_path / "sandbox.duckdb", ["gold_kpi_sla"], project)
    assert done.returncode != 0
    assert "late_days" in done.stdout
    assert "gold_kpi_sla" in done.stdout


@pytest.mark.parametrize(
    ("world", "said"),
    [
        ("yesterday", "PQR_WORLD_ID=yesterday is not a UUID"),
        ("00000000-0000-0000-0000-000000000001", "no bronze of this world is committed"),
    ],
)
def test_an_unknown_world_is_named(lake: Settings, tmp_path: Path, world: str, said: str) -> None:
    selection = ["gold_kpi_volume"]
    done = dbt_build(lake, tmp_path / "sandbox.duckdb", selection, PQR_WORLD_ID=world)
    assert done.returncode != 0
    assert said in done.stdout


def test_a_second_build_in_one_sandbox_says_what_to_do(lake: Settings, tmp_path: Path) -> None:
    database = tmp_path / "sandbox.duckdb"
    with duckdb.connect(str(database)):
        done = dbt_build(lake, database, ["gold_kpi_volume"])
    assert done.returncode != 0
    assert f"Another dbt works in this sandbox (process {os.getpid()} has {database} open)" in (
        done.stdout
    )
