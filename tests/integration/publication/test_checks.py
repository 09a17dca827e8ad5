"""The checks before a publication see what is wrong with new batches, beside those of before."""

import psycopg
import pytest

from orchestration.publication.batches import Batch
from orchestration.publication.checks import serving_checks
from orchestration.publication.datasets import Dataset
from orchestration.settings.endpoints import PostgresSettings

CASES = Dataset("cases", "cases", layer="silver", partition="month", grain=("case_id",))
BEFORE = Batch(1, "cases", "cases", "silver", "cases/month=2025-09/a.parquet", 2, is_landed=True)
FRESH = Batch(2, "cases", "cases", "silver", "cases/month=2025-10/b.parquet", 1, is_landed=False)


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        pytest.param([(1, "a"), (1, "b"), (2, "c")], 0, id="each case once"),
        pytest.param([(1, "a"), (1, "b"), (2, "b")], 1, id="again in a fresh batch"),
        pytest.param([(1, "a"), (2, "c"), (2, "c")], 1, id="twice in a fresh batch"),
        pytest.param([(1, "a"), (2, "c"), (3, "c")], 0, id="in a batch that nobody publishes"),
    ],
)
def test_a_case_that_comes_again_is_seen(
    database: PostgresSettings, rows: list[tuple[int, str]], wrong: int
) -> None:
    with psycopg.connect(database.admin_dsn) as connection:
        connection.execute("create table serving.cases (batch_id integer, case_id text)")
        connection.execute("create table serving.ticket_ids (ticket_id uuid primary key)")
        connection.cursor().executemany("insert into serving.cases values (%s, %s)", rows)
        checks = serving_checks(connection, [BEFORE, FRESH], [CASES], [FRESH])
    found = {check.check_name: (check.result, check.value) for check in checks}
    assert found["grain_is_unique_over_batches"] == ("FAIL" if wrong else "PASS", wrong)
