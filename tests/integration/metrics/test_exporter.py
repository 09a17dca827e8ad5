"""The exporter against a real database: full, empty, and away."""

import urllib.request

import psycopg
import pytest
from sample import publish_sample

from orchestration.metrics.exporter import Exporter, PortUnavailable, exposition
from orchestration.settings.endpoints import PostgresSettings


def scrape(exporter: Exporter) -> dict[str, float]:
    with urllib.request.urlopen(exporter.url) as answer:
        lines = answer.read().decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def test_a_scrape_shows_the_published_run(database: PostgresSettings) -> None:
    publish_sample(database.admin_dsn)
    with Exporter(database.reader_dsn, "127.0.0.1", 0) as exporter:
        shown = scrape(exporter)
    assert shown["pqr_database_up"] == 1
    assert shown['pqr_run_state{status="PUBLISHED"}'] == 1
    assert shown['pqr_layer_rows{layer="bronze"}'] == 412_000
    assert shown['pqr_layer_bytes{layer="bronze"}'] == 31_000_000
    assert shown['pqr_layer_seconds{layer="serving"}'] == 22.5
    assert shown['pqr_quarantined_lines{reason="JSON_SYNTAX"}'] == 30
    assert shown['pqr_checks{result="WARN",severity="warning"}'] == 1
    assert shown['pqr_backlog_tickets{pqrs_type="P",region="Andina"}'] == 1432
    assert shown["process_resident_memory_bytes"] > 0


def test_a_try_that_skipped_a_layer_does_not_forget_its_checks(database: PostgresSettings) -> None:
    publish_sample(database.admin_dsn)
    with psycopg.connect(database.admin_dsn) as connection:
        connection.execute("update meta.etl_runs set attempt = 2")
        connection.execute(
            """
            insert into meta.data_quality
                (run_id, attempt, dataset, check_name, result, layer, severity, tool)
            select run_id, 2, dataset, check_name, 'FAIL', layer, severity, tool
            from meta.data_quality where layer = 'gold'
            """
        )
    shown = exposition(database.reader_dsn)
    assert 'pqr_checks{result="PASS",severity="critical"} 28.0' in shown
    assert 'pqr_checks{result="FAIL",severity="critical"} 13.0' in shown


def test_before_the_first_run_a_scrape_says_that_there_is_none(database: PostgresSettings) -> None:
    with Exporter(database.reader_dsn, "127.0.0.1", 0) as exporter:
        shown = scrape(exporter)
    assert shown["pqr_database_up"] == 1
    assert shown['pqr_runs{status="PUBLISHED"}'] == 0
    assert "pqr_run_attempt" not in shown


def test_without_a_database_the_exporter_answers_and_says_so() -> None:
    with Exporter("postgresql://nobody:x@127.0.0.1:1/none", "127.0.0.1", 0) as exporter:
        shown = scrape(exporter)
    assert shown["pqr_database_up"] == 0
    assert not any(name.startswith("pqr_run") for name in shown)


def test_the_reader_needs_no_more_than_the_views(database: PostgresSettings) -> None:
    publish_sample(database.admin_dsn)
    assert "bi_reader" in database.reader_dsn
    assert 'pqr_layer_rows{layer="gold"} 5400.0' in exposition(database.reader_dsn)


def test_a_taken_port_is_named() -> None:
    with Exporter("postgresql://x:x@127.0.0.1:1/x", "127.0.0.1", 0) as exporter:
        port = int(exporter.url.split(":")[2].split("/")[0])
        with pytest.raises(PortUnavailable, match=rf"127\.0\.0\.1:{port}.*--port"):
            Exporter("postgresql://x:x@127.0.0.1:1/x", "127.0.0.1", port)
