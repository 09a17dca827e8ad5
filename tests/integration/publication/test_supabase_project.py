"""A Supabase project: migrations as its role postgres, which is no superuser, and its data API."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql
from supabase_project import PASSWORD, Project, supabase_project
from synthetic_lake import Size, publish_synthetic, run_of, world_of

from orchestration.meta.migrate import MIGRATIONS, migrate
from orchestration.services.bucket import client
from orchestration.settings import Settings
from tests.conftest import free_ports

pytestmark = [
    pytest.mark.slow,
    # dbt in this process leaves its log file to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

NUMBERED = [path.name for path in sorted(MIGRATIONS.glob("*.sql")) if ".repeat." not in path.name]
KPI: LiteralString = "select count(*) from gold.kpi_volume_daily"
TICKETS: LiteralString = "select count(*) from silver.tickets"
RUNS: LiteralString = "select count(*) from meta.runs"
BASE: LiteralString = "select count(*) from meta.etl_runs"
SERVING: LiteralString = "select count(*) from serving.kpi_volume_daily"


@pytest.fixture(scope="module")
def project(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Migrated as its owner does it by the guide, and with a publication of six days."""
    s3 = replace(settings.s3, bucket="supabase-project")
    client(s3).create_bucket(Bucket=s3.bucket)
    home, port = tmp_path_factory.mktemp("supabase"), free_ports()[1]
    with supabase_project(home, port, replace(settings, s3=s3)) as made:
        admin = made.lake.postgres.admin_dsn
        assert migrate(admin) == NUMBERED
        with psycopg.connect(admin, autocommit=True) as connection:
            for role in ("lake_writer", "bi_reader"):
                connection.execute(
                    sql.SQL("alter role {} password {}").format(sql.Identifier(role), PASSWORD)
                )
        publish_synthetic(
            made.lake, tmp_path_factory.mktemp("scratch"), run_of(world_of("supabase"), 6),
            Size(days=6, tickets_per_day=10),
        )  # fmt: skip
        # The next start grants on what has been made since.
        assert migrate(admin) == []
        yield made


def signed_in(project: Project, **facts: Any) -> dict[str, Any]:
    """The claims of a user, after the hook that Supabase Auth calls before it signs them."""
    claims = {"sub": "6f1e", "aud": "authenticated", "role": "authenticated", **facts}
    with psycopg.connect(project.dsn("supabase_auth_admin")) as connection:
        row = connection.execute(
            "select meta.access_token(%s)", [json.dumps({"user_id": "6f1e", "claims": claims})]
        ).fetchone()
    assert row is not None
    return dict(row[0]["claims"])


def test_postgres_is_no_superuser_and_migrates_all_the_same(project: Project) -> None:
    with psycopg.connect(project.lake.postgres.admin_dsn) as connection:
        row = connection.execute(
            "select rolsuper, rolname from pg_roles where rolname = current_user"
        ).fetchone()
        assert row == (False, "postgres")
        applied = connection.execute("select name from meta.migrations order by name").fetchall()
    assert [name for (name,) in applied] == NUMBERED


def test_analysts_log_in_as_the_reader(project: Project) -> None:
    with psycopg.connect(project.lake.postgres.reader_dsn) as connection:
        assert connection.execute(KPI).fetchone() != (0,)
        assert connection.execute("show default_transaction_read_only").fetchone() == ("on",)


@pytest.mark.parametrize(
    ("role", "reads", "is_refused"),
    [
        ("anon", [], [KPI, TICKETS, RUNS, BASE, SERVING]),
        ("authenticated", [KPI, RUNS], [TICKETS, BASE, SERVING]),
        ("service_role", [KPI, TICKETS, RUNS], [BASE, SERVING]),
        ("bi_reader", [KPI, TICKETS, RUNS], [BASE, SERVING]),
    ],
)
def test_the_data_api_answers_by_the_role_of_the_token(
    project: Project, role: str, reads: list[LiteralString], is_refused: list[LiteralString]
) -> None:
    claims = {"role": role, "sub": "6f1e"}
    for query in reads:
        ((count,),) = project.request(claims, query)
        assert count > 0, query
    for query in is_refused:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            project.request(claims, query)


@pytest.mark.parametrize("role", ["postgres", "lake_writer", "lake_owner", "supabase_admin"])
def test_a_token_that_names_another_role_is_refused(project: Project, role: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        project.request({"role": role}, "select 1")


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role", "bi_reader"])
@pytest.mark.parametrize(
    "statement",
    [
        "delete from gold.kpi_volume_daily returning 1",
        "insert into meta.runs default values returning 1",
        "create table gold.mine as select 1 returning 1",
    ],
)
def test_nobody_writes_by_the_data_api(
    project: Project, role: str, statement: LiteralString
) -> None:
    with pytest.raises(psycopg.Error):
        project.request({"role": role}, statement)


@pytest.mark.parametrize(
    ("facts", "role"),
    [
        ({"app_metadata": {"pqr_role": "bi_reader"}}, "bi_reader"),
        ({}, "authenticated"),
        ({"app_metadata": {"pqr_role": "lake_writer"}}, "authenticated"),
        ({"app_metadata": {"pqr_role": "postgres"}}, "authenticated"),
        # A user may change these.
        ({"user_metadata": {"pqr_role": "bi_reader"}}, "authenticated"),
        ({"pqr_role": "bi_reader"}, "authenticated"),
        # Only who has signed in becomes a reader.
        ({"role": "anon", "app_metadata": {"pqr_role": "bi_reader"}}, "anon"),
    ],
)
def test_an_administrators_claim_makes_a_reader_and_nothing_else_does(
    project: Project, facts: dict[str, Any], role: str
) -> None:
    claims = signed_in(project, **facts)
    assert claims["role"] == role
    assert {"sub", "aud", "role"} <= claims.keys()
    if role == "bi_reader":
        assert project.request(claims, TICKETS) != [(0,)]
    else:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            project.request(claims, TICKETS)


def test_only_supabase_auth_calls_the_hook(project: Project) -> None:
    for role in ("anon", "authenticated", "service_role", "bi_reader"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            project.request({"role": role}, "select meta.access_token('{}')")


def test_a_table_that_is_granted_by_mistake_shows_no_row(project: Project) -> None:
    with psycopg.connect(project.lake.postgres.admin_dsn) as connection:
        bare = connection.execute(
            "select relname from pg_class where relkind = 'r' and not relrowsecurity"
            " and relnamespace in ('meta'::regnamespace, 'iceberg'::regnamespace)"
        ).fetchall()
        assert bare == []
        assert connection.execute(BASE).fetchone() != (0,)
        connection.execute("grant usage on schema meta to anon")
        connection.execute("grant select on meta.etl_runs to anon, authenticated")
        for role in ("anon", "authenticated"):
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
            assert connection.execute(BASE).fetchone() == (0,)
            connection.execute("reset role")
        connection.rollback()
    with psycopg.connect(project.lake.postgres.dsn) as connection:
        assert connection.execute(BASE).fetchone() == (1,)
