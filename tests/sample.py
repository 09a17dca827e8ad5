"""A small published run for tests of what is shown: metrics, questions, pages."""

from pathlib import Path

import psycopg

RUN_ID = "22222222-2222-5222-8222-222222222222"
_SQL = [
    Path(__file__).with_name(name) for name in ("sample_publication.sql", "sample_questions.sql")
]


def publish_sample(admin_dsn: str) -> None:
    """Fill a migrated, empty database."""
    with psycopg.connect(admin_dsn) as connection:
        for path in _SQL:
            connection.execute(path.read_bytes())


def set_run_status(admin_dsn: str, status: str) -> None:
    """What the flow does at the end of a try."""
    with psycopg.connect(admin_dsn) as connection:
        connection.execute("update meta.etl_runs set status = %s", [status])
