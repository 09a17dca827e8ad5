"""What the page reads from a real database, as bi_reader."""

from datetime import date

import pytest
from sample import publish_sample

from orchestration.dashboard.facts import read_facts, read_live
from orchestration.dashboard.filters import Filters, periods
from orchestration.dashboard.kpis import strip
from orchestration.meta.connection import DatabaseUnavailable
from orchestration.settings.endpoints import PostgresSettings


def test_before_the_first_publication_there_is_nothing_live(database: PostgresSettings) -> None:
    assert read_live(database.reader_dsn) is None


def test_the_live_publication_and_its_figures(database: PostgresSettings) -> None:
    publish_sample(database.admin_dsn)
    live = read_live(database.reader_dsn)
    assert live is not None
    assert (live.first_day, live.last_day) == (date(2025, 9, 1), date(2025, 9, 30))
    now, before = periods(live.first_day, live.last_day, 14)
    assert before is not None
    facts = read_facts(database.reader_dsn, live.publication_id, before.first, now.last)
    assert facts is not None
    assert {row.result: row.checks_count for row in facts.checks} == {"PASS": 41, "WARN": 1}
    assert min(row.day for row in facts.volume) == before.first
    figures = {kpi.name: kpi.value for kpi in strip(facts, Filters(), now, before)}
    assert figures["open"] == 8678
    assert figures["overdue"] == 520


def test_another_publication_in_between_is_noticed(database: PostgresSettings) -> None:
    publish_sample(database.admin_dsn)
    day = date(2025, 9, 30)
    assert read_facts(database.reader_dsn, 99, day, day) is None


def test_nobody_there_is_an_error_that_names_the_way_out() -> None:
    with pytest.raises(DatabaseUnavailable, match="pqr up"):
        read_live("postgresql://bi_reader:x@127.0.0.1:1/none")
