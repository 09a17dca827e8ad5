"""What a sandbox reads of what it does not build: never an old table that says nothing of it."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from lake_world import LakeWorld
from plain_dbt import dbt_build
from small_worlds import lines_of, random_cases

from orchestration.settings import Settings
from tests.project_copy import dbt_project_in

# dbt leaves its log files to the garbage collector.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

FIRST = date(2025, 12, 28)
LAST = FIRST + timedelta(days=2)
VOLUME = "select sum(tickets_count) from gold.kpi_volume"


@pytest.fixture
def world(lake: Settings, tmp_path: Path) -> LakeWorld:
    """A committed world of three days."""
    world = LakeWorld(lake, tmp_path, FIRST)
    world.run(FIRST, LAST, lines_of(random_cases(40, FIRST, 3, 5), FIRST, LAST))
    return world


class Sandbox:
    """A project and a DuckDB file of the test's own."""

    def __init__(self, lake: Settings, folder: Path) -> None:
        self.lake = lake
        self.project = dbt_project_in(folder / "project")
        self.database = folder / "sandbox.duckdb"

    def build(self, *selection: str) -> str:
        """Build a selection; gives what dbt says of its inputs."""
        done = dbt_build(self.lake, self.database, selection, self.project)
        assert done.returncode == 0, done.stdout
        return "\n".join(line for line in done.stdout.splitlines() if " read from " in line.lower())

    def value(self, query: str) -> Any:
        """The one value of a query of the sandbox's file."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            (value,) = connection.execute(query).fetchone() or (None,)
        return value


@pytest.fixture
def sandbox(lake: Settings, tmp_path: Path) -> Sandbox:
    """A fresh sandbox."""
    return Sandbox(lake, tmp_path)


def test_an_edited_seed_is_loaded_again(world: LakeWorld, sandbox: Sandbox) -> None:
    seed = sandbox.project / "seeds" / "dim_geo.csv"
    rows = "select count(*) from gold.kpi_municipality"
    sandbox.build("gold_kpi_municipality")
    before = sandbox.value(rows)
    lines = seed.read_text(encoding="utf-8").splitlines(keepends=True)
    seed.write_text("".join(lines[:-1]), encoding="utf-8")
    sandbox.build("gold_kpi_municipality")
    assert sandbox.value(rows) == before - 3


def test_a_model_built_empty_is_read_from_the_lake(world: LakeWorld, sandbox: Sandbox) -> None:
    sandbox.build("silver_tickets", "--empty")
    said = sandbox.build("gold_kpi_volume")
    assert "Read from the committed lake, since this sandbox built it with --empty" in said
    assert "silver_tickets" in said
    committed = sandbox.value(VOLUME)
    assert committed > 0

    # What --empty left behind is no input of a full build either.
    sandbox.build("silver_tickets")
    said = sandbox.build("gold_kpi_volume")
    assert "Read from this sandbox: silver_tickets (built " in said
    assert f"`rm {sandbox.database}` resets the sandbox" in said
    assert sandbox.value(VOLUME) == committed


def test_what_the_sandbox_built_is_read_until_it_would_be_another(
    world: LakeWorld, sandbox: Sandbox
) -> None:
    model = sandbox.project / "dbt_project" / "models" / "silver" / "silver_tickets.sql"
    text = model.read_text(encoding="utf-8")
    sandbox.build("gold_kpi_volume")
    committed = sandbox.value(VOLUME)

    model.write_text(f"select * from (\n{text}\n) where false\n", encoding="utf-8")
    sandbox.build("silver_tickets", "--exclude-resource-type", "unit_test")
    assert "Read from this sandbox: silver_tickets" in sandbox.build("gold_kpi_volume")
    assert sandbox.value(VOLUME) == 0

    model.write_text(text, encoding="utf-8")
    said = sandbox.build("gold_kpi_volume")
    assert "since its code, a seed or the lake is another" in said
    assert sandbox.value(VOLUME) == committed

    # A macro that it calls through another one is part of its code, and so is the lake.
    sandbox.build("silver_tickets")
    macro = sandbox.project / "macros" / "silver" / "local_time.sql"
    macro.write_text(macro.read_text(encoding="utf-8") + "{#- Another. -#}\n", encoding="utf-8")
    assert "since its code, a seed or the lake is another" in sandbox.build("gold_kpi_volume")
    sandbox.build("silver_tickets")
    world.run(LAST + timedelta(days=1), LAST + timedelta(days=1), [], layers=())
    assert "since its code, a seed or the lake is another" in sandbox.build("gold_kpi_volume")
