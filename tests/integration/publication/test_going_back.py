"""Going back and forth: what people saw before the live publication is kept."""

import psycopg
import pytest
from fabricated import fabricated_run, publish_version, shown

from orchestration.publication.publish import collect
from orchestration.publication.switch import switch_back

# dbt in this process leaves its log file to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def test_what_was_seen_last_is_kept_and_not_the_newest(connection: psycopg.Connection) -> None:
    for version in (1, 2):
        publish_version(connection, version)
    switch_back(connection, fabricated_run(1).run_id)
    publish_version(connection, 3)
    collect(connection)
    switch_back(connection, fabricated_run(1).run_id)
    assert shown(connection) == [1]
    switch_back(connection, fabricated_run(3).run_id)
    switch_back(connection, fabricated_run(3).run_id)
    collect(connection)
    switch_back(connection, fabricated_run(1).run_id)
    assert shown(connection) == [1]
