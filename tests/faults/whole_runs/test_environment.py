"""A run in a shell that holds variables for builds by hand: it makes what it makes without them."""

import pytest

from tests.faults.whole_runs.conftest import Command
from tests.integration.run.lake import Lake

pytestmark = [pytest.mark.timeout(1200), pytest.mark.slow]

# What a run tells dbt itself, where it has something to tell.
OF_A_BUILD = {
    "PQR_CARRIES_OVER": "true",
    "PQR_CASE_BUCKET": "1",
    "PQR_CASE_BUCKETS": "2",
    "PQR_CONTROL_PLANE": "/no/such/file",
    "PQR_LAKE_ROOT": "/no/such/folder",
    "PQR_LAYER": "gold",
    "PQR_LINKED_CASES": "/no/such/file",
    "PQR_NEEDED_OBJECTS": "/no/such/file",
    "PQR_ROWS_ALONE": "true",
    "PQR_TOUCHED": "/no/such/file",
    "PQR_TOUCHED_TO": "/no/such/file",
    "PQR_WORLD_ID": "nonsense",
}
# Options of a dbt that is typed: the first builds no rows, the second no tests.
OF_DBT = {"DBT_EMPTY": "true", "DBT_EXCLUDE_RESOURCE_TYPES": "test unit_test", "DBT_TARGET": "x"}


@pytest.mark.parametrize("held", [OF_A_BUILD, OF_DBT], ids=["pqr", "dbt"])
def test_what_a_shell_holds_for_builds_by_hand_changes_nothing(
    lake: Lake, command: Command, faultless: dict[str, str], held: dict[str, str]
) -> None:
    done = lake.pqr(*command, **held)
    assert done.returncode == 0, done.stdout + done.stderr
    assert lake.checksums() == faultless
    tested = lake.query(
        "select count(*) > 0 from meta.data_quality where layer = 'gold' and tool = 'dbt'"
    )
    assert tested == [(True,)]
