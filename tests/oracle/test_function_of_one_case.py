"""Silver's rule: each model is a function of one case alone, so that cases can be carried over."""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from lake_world import LakeWorld
from raw_lines import Line
from small_worlds import handled_cases, lines_of

from orchestration.settings import Settings

# dbt leaves its log files to the garbage collector.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

FIRST = date(2025, 12, 28)
LAST = FIRST + timedelta(days=6)
Rows = dict[str, dict[str, list[str]]]


def silver(lake: Settings, tmp_path: Path, lines: list[Line], name: str) -> Rows:
    """The rows of every silver model that has a case, by model and case."""
    LakeWorld(lake, tmp_path, FIRST, name).run(FIRST, LAST, lines, layers=["silver"])
    found: Rows = {}
    with duckdb.connect(str(lake.home / "dbt" / "silver" / "lake.duckdb")) as built:
        models = built.execute(
            "select table_name from duckdb_columns() where database_name = current_database()"
            " and schema_name = 'silver' and column_name = 'ticket_id' order by table_name"
        ).fetchall()
        for (model,) in models:
            # Where a line lies in its raw object depends on the other cases of the object.
            query = f"select columns(c -> c <> 'line_no') from silver.{model} order by all"
            cursor = built.execute(query)
            case = [column[0] for column in cursor.description].index("ticket_id")
            cases = found.setdefault(model, {})
            for row in cursor.fetchall():
                cases.setdefault(str(row[case]), []).append(str(row))
    return found


def models_that_look_at_other_cases(whole: Rows, part: Rows, kept: set[str]) -> list[str]:
    """The models with another result for one of the cases that were kept."""
    return [
        model
        for model, cases in whole.items()
        if any(cases.get(case) != part[model].get(case) for case in kept)
    ]


def worlds(lake: Settings, tmp_path: Path) -> tuple[Rows, Rows, set[str]]:
    """Silver of a world, of the world without every third case, and the cases of the latter."""
    cases = handled_cases(90, FIRST, 7, 5)
    part = [case for number, case in enumerate(cases) if number % 3]
    whole_rows = silver(lake, tmp_path, lines_of(cases, FIRST, LAST), "whole")
    part_rows = silver(lake, tmp_path, lines_of(part, FIRST, LAST), "part")
    return whole_rows, part_rows, {case.ticket_id for case in part}


def test_a_case_has_the_same_rows_when_other_cases_are_taken_away(
    lake: Settings, tmp_path: Path
) -> None:
    whole, part, kept = worlds(lake, tmp_path)
    assert {"tickets", "status_events", "cases", "transitions", "sla_terms"} <= set(whole)
    assert len(kept) == 60
    assert models_that_look_at_other_cases(whole, part, kept) == []


@pytest.mark.slow
def test_a_window_across_cases_is_found(lake: Settings, tmp_path: Path) -> None:
    root = tmp_path / "project"
    for name in ("dbt_project", "macros", "seeds", "tests/dbt"):
        shutil.copytree(lake.project_root / name, root / name)
    for name in ("dbt_project.yml", "profiles.yml", "selectors.yml"):
        shutil.copy(lake.project_root / name, root / name)
    model = root / "dbt_project" / "models" / "silver" / "silver_messages.sql"
    text = model.read_text(encoding="utf-8")
    planted = text.replace(
        "        text_len", "        row_number() over (order by ts) as text_len"
    )
    assert planted != text
    model.write_text(planted, encoding="utf-8")
    whole, part, kept = worlds(replace(lake, project_root=root), tmp_path)
    assert models_that_look_at_other_cases(whole, part, kept) == ["messages"]
