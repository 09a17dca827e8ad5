"""Real services for every test that asks for them: one S3 server and one PostgreSQL a session."""

import os
import random
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from xdist.scheduler import LoadFileScheduling

from orchestration.meta.migrate import migrate
from orchestration.services import lifecycle, ports, postgres
from orchestration.services.bucket import client
from orchestration.services.roles import ensure_database
from orchestration.settings import Settings, load_settings
from orchestration.settings.endpoints import PostgresSettings, S3Settings

# What a developer's shell may hold and what would lead a test to other services.
OURS = (
    "PQR_", "AWS_", "RUSTFS_", "POSTGRES_", "DASK_", "PREFECT_API_", "BUCKET_NAME", "DBT_",
    "OPENLINEAGE_",
)  # fmt: skip
KEPT = ("AWS_CA_BUNDLE",)


# Files that look at one lake, which takes longest to make: one worker takes them all.
ON_ONE_LAKE = {
    f"tests/integration/run/test_{name}.py": "published"
    for name in (
        "documents_on_a_lake", "enrichment", "evidence", "metrics", "models", "nothing_to_do",
        "open_lake", "run", "story",
    )
} | {
    f"tests/integration/publication/test_{name}.py": "served"
    for name in (
        "everything_is_described", "going_back", "parity", "publishing", "reader_is_fenced_in",
        "readers_never_see_a_mixture", "restoring_a_dump", "retired", "supabase_roles",
        "type_changes", "type_refusals",
    )
} | {
    f"tests/browser/test_{name}.py": "pages"
    for name in ("cases_page", "menu", "page_of_a_case", "pages")
}  # fmt: skip


class ByFile(LoadFileScheduling):
    """Gives each worker whole files, so that what a file shares is made once."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return ON_ONE_LAKE.get(file, str(file))


@pytest.hookimpl(optionalhook=True)  # pytest may run without xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    return ByFile(config, log)


# Rooms whose files take longest. Workers take whole files in this order, so none starts late and
# runs on alone (the Makefile keeps xdist from sorting files by their number of tests).
LONGEST = (
    *sorted(ON_ONE_LAKE),
    "tests/oracle",
    "tests/integration/run",
    "tests/integration/operate",
    "tests/integration",
    "tests/faults",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        path = item.path.relative_to(item.config.rootpath).as_posix()
        return next((n for n, room in enumerate(LONGEST) if path.startswith(room)), len(LONGEST))

    items.sort(key=place)


def pytest_configure() -> None:
    for name in list(os.environ):
        if name.startswith(OURS) and name not in KEPT:
            del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def coverage_of_processes() -> dict[str, str]:
    """The variables under which coverage also measures a process that a test starts.

    Without them it does not: measuring all of them would make the tests a third slower.
    """
    name = "COVERAGE_PROCESS_CONFIG"
    return {name: os.environ.pop(name)} if name in os.environ else {}


def free_ports() -> tuple[int, int]:
    """A port for S3, with its side ports, and one for PostgreSQL, below the system's own range.

    The port after them is free for Prefect.
    """
    # Workers of one machine choose from ranges of their own: what is free now may be taken a moment
    # later by another one.
    first = 25_000 + 1_400 * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 5)
    for _ in range(100):
        base = random.randrange(first, first + 1_400, 20)
        # A killed server of another user leaves sockets that close its ports to everyone else.
        is_left = any(Path("/tmp").glob(f"seaweedfs-*-{base // 10}?.sock"))
        if not is_left and all(ports.is_free(port) for port in range(base, base + 12)):
            return base, base + 10
    raise RuntimeError("no free ports between 25000 and 32000")


@pytest.fixture(scope="session")
def lake_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A PQR_HOME whose services are up for the whole session."""
    home = tmp_path_factory.mktemp("home")
    s3_port, postgres_port = free_ports()
    lifecycle.up(
        load_settings(
            {
                "PQR_HOME": str(home),
                "PQR_S3_PORT": str(s3_port),
                "PQR_POSTGRES_PORT": str(postgres_port),
                "PQR_PREFECT_PORT": str(postgres_port + 1),
            }
        )
    )
    yield home
    lifecycle.delete(home)


@pytest.fixture(scope="session")
def settings(lake_home: Path) -> Settings:
    """The session's services, as the environment alone would give them."""
    return load_settings({"PQR_HOME": str(lake_home)})


@pytest.fixture
def bucket(settings: Settings) -> Iterator[S3Settings]:
    """An empty bucket of the test's own."""
    s3 = replace(settings.s3, bucket=f"test-{uuid.uuid4().hex[:12]}")
    s3_client = client(s3)
    s3_client.create_bucket(Bucket=s3.bucket)
    yield s3
    for page in s3_client.get_paginator("list_objects_v2").paginate(Bucket=s3.bucket):
        if keys := [{"Key": item["Key"]} for item in page.get("Contents", [])]:
            s3_client.delete_objects(Bucket=s3.bucket, Delete={"Objects": keys})
    s3_client.delete_bucket(Bucket=s3.bucket)


@pytest.fixture
def database(settings: Settings) -> Iterator[PostgresSettings]:
    """A migrated database of the test's own."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    own = load_settings({**settings.exports(), "PQR_POSTGRES_DSN": "", "PQR_POSTGRES_DB": name})
    ensure_database(own)
    migrate(own.postgres.admin_dsn)
    yield own.postgres
    with psycopg.connect(postgres.server_dsn(settings), autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def lake(settings: Settings, bucket: S3Settings, database: PostgresSettings) -> Settings:
    """The session's settings with a bucket and a database of the test's own."""
    return replace(settings, s3=bucket, postgres=database)
