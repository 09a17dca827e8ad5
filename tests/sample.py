"""A small published run for tests of what is shown: metrics, questions, pages."""

from pathlib import Path

import psycopg

RUN_ID = "22222222-2222-5222-8222-222222222222"
_FOLDER = Path(__file__).parent


def publish_sample(admin_dsn: str, *, with_questions: bool = False) -> None:
    """Fill a migrated, empty database; `with_questions` also with what Metabase alone reads."""
    names = ["sample_publication.sql"] + ["sample_questions.sql"] * with_questions
    with psycopg.connect(admin_dsn) as connection:
        for name in names:
            connection.execute((_FOLDER / name).read_bytes())


def set_run_status(admin_dsn: str, status: str) -> None:
    """What the flow does at the end of a try."""
    with psycopg.connect(admin_dsn) as connection:
        connection.execute("update meta.etl_runs set status = %s", [status])
