"""The exporter against a real database: full, empty, and away."""

import urllib.request
from pathlib import Path

import psycopg
import pytest
from sample import publish_sample, set_run_status

from orchestration.metrics.exporter import Exporter, PortUnavailable, PqrCollector, exposition
from orchestration.settings.endpoints import PostgresSettings
from orchestration.verify.collect import note_collected

NOWHERE = "postgresql://nobody:x@127.0.0.1:1/none"


def exporter_of(dsn: str, keep_seconds: float = 0, lines: list[str] | None = None) -> Exporter:
    log = [] if lines is None else lines
    return Exporter(PqrCollector(dsn, Path("/tmp"), keep_seconds, log.append), "127.0.0.1", 0)


def scrape(exporter: Exporter) -> dict[str, float]:
    with urllib.request.urlopen(exporter.url) as answer:
        lines = answer.read().decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def test_a_scrape_shows_the_published_run(database: PostgresSettings) -> None:
    publish_sample(database.admin_dsn)
    with exporter_of(database.reader_dsn) as exporter:
        shown = scrape(exporter)
    assert shown["pqr_database_up"] == 1
    assert shown['pqr_run_state{status="PUBLISHED"}'] == 1
    assert shown['pqr_layer_rows{layer="bronze"}'] == 412_000
    assert shown['pqr_layer_bytes{layer="bronze"}'] == 31_000_000
    assert shown['pqr_layer_seconds{layer="serving"}'] == 22.5
    assert shown['pqr_quarantined_lines{reason="JSON_SYNTAX"}'] == 30
    assert shown['pqr_checks{result="WARN",severity="warning"}'] == 1
    assert shown['pqr_backlog_tickets{pqrs_type="P",region="Andina"}'] == 1432
    assert shown['pqr_backlog_week_ago_tickets{pqrs_type="P",region="Andina"}'] == 1370
    assert shown['pqr_kpi_total{kpi="kpi_volume_daily",measure="tickets_count"}'] > 0
    assert shown['pqr_at_risk_tickets{pqrs_type="R"}'] == 120
    assert shown['pqr_model_answered_tickets{model_type="rules"}'] == 7 * 180
    assert shown['pqr_model_drift_ratio{model_type="rules"}'] == 0.02
    assert shown['pqr_lake_objects{layer="bronze"}'] == 2
    assert shown['pqr_progress_ratio{layer="gold"}'] == 1
    assert shown['pqr_try_state{attempt="1",layer="raw",status="SUCCEEDED"}'] == 1
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
    shown = exposition(database.reader_dsn, Path("/tmp"))
    assert 'pqr_checks{result="PASS",severity="critical"} 28.0' in shown
    assert 'pqr_checks{result="FAIL",severity="critical"} 13.0' in shown


def test_before_the_first_run_a_scrape_says_that_there_is_none(database: PostgresSettings) -> None:
    with exporter_of(database.reader_dsn) as exporter:
        shown = scrape(exporter)
    assert shown["pqr_database_up"] == 1
    assert shown['pqr_runs{status="PUBLISHED"}'] == 0
    assert "pqr_run_attempt" not in shown


def test_without_a_database_the_exporter_answers_and_says_so_once() -> None:
    lines: list[str] = []
    with exporter_of(NOWHERE, lines=lines) as exporter:
        scrape(exporter)
        shown = scrape(exporter)
    assert shown["pqr_database_up"] == 0
    assert shown["pqr_disk_free_bytes"] > 0
    assert not any(name.startswith("pqr_run") for name in shown)
    (line,) = lines
    assert "127.0.0.1:1" in line


def test_a_database_that_goes_and_comes_back_is_two_lines(database: PostgresSettings) -> None:
    lines: list[str] = []
    with exporter_of(database.reader_dsn, lines=lines) as exporter:
        assert scrape(exporter)["pqr_database_up"] == 1
        with psycopg.connect(database.admin_dsn, autocommit=True) as connection:
            connection.execute("alter role bi_reader nologin")
            try:
                assert scrape(exporter)["pqr_database_up"] == 0
            finally:
                connection.execute("alter role bi_reader login")
        assert scrape(exporter)["pqr_database_up"] == 1
    assert [line.split(":")[0] for line in lines] == [
        "the database cannot be read",
        "the database can be read again",
    ]


def test_what_was_read_is_shown_again_for_the_time_asked(database: PostgresSettings) -> None:
    publish_sample(database.admin_dsn)
    with exporter_of(database.reader_dsn, 3600) as kept, exporter_of(database.reader_dsn) as fresh:
        assert scrape(kept)['pqr_run_state{status="FAILED"}'] == 0
        set_run_status(database.admin_dsn, "FAILED")
        assert scrape(kept)['pqr_run_state{status="FAILED"}'] == 0
        assert scrape(fresh)['pqr_run_state{status="FAILED"}'] == 1


def test_a_scrape_is_a_bounded_number_of_statements(database: PostgresSettings) -> None:
    publish_sample(database.admin_dsn)
    with exporter_of(database.reader_dsn) as exporter:
        assert scrape(exporter)["pqr_collect_queries"] == 18


def test_objects_that_wait_for_collection_are_counted_until_they_are_collected(
    database: PostgresSettings,
) -> None:
    publish_sample(database.admin_dsn)
    with psycopg.connect(database.admin_dsn) as connection:
        connection.execute(
            """
            with newer as (
                insert into meta.manifest_index (
                    run_id, world_id, layer, build_id, s3_manifest_path, manifest_sha256, attempt,
                    rows
                )
                select run_id, world_id, layer, 'fedcbafedcba', 'manifests/g', repeat('a', 64), 1, 1
                from meta.manifest_index where layer = 'gold'
                returning manifest_seq
            )

            insert into meta.manifest_objects
                (manifest_seq, dataset, partition, key, size, sha256, rows)
            select manifest_seq, 'kpi_volume', 'day=2025-09-01', 'g', 7, repeat('b', 64), 1
            from newer
            """
        )
    where = 'pqr_lake_superseded_bytes{layer="gold"}'
    with exporter_of(database.reader_dsn) as exporter:
        assert scrape(exporter)[where] == 900_000
        with psycopg.connect(database.admin_dsn) as connection:
            note_collected(connection, ["kpi_volume/gold"])
        assert scrape(exporter)[where] == 0
        assert scrape(exporter)['pqr_lake_bytes{layer="gold"}'] == 7


def test_the_reader_needs_no_more_than_the_views(database: PostgresSettings) -> None:
    publish_sample(database.admin_dsn)
    assert "bi_reader" in database.reader_dsn
    assert 'pqr_layer_rows{layer="gold"} 5400.0' in exposition(database.reader_dsn, Path("/tmp"))


def test_a_taken_port_is_named() -> None:
    with exporter_of(NOWHERE) as exporter:
        port = int(exporter.url.split(":")[2].split("/")[0])
        with pytest.raises(PortUnavailable, match=rf"127\.0\.0\.1:{port}.*--port"):
            Exporter(PqrCollector(NOWHERE, Path("/tmp")), "127.0.0.1", port)
