"""On a server of Debian's with PostGIS, where one user owns everything: geometries, real ones."""

import os
import pwd
import random
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from synthetic_lake import Size, publish_synthetic, run_of, world_of

from orchestration.meta.migrate import migrate
from orchestration.services.bucket import client
from orchestration.settings import Settings, load_settings

# dbt in this process leaves its log file to the garbage collector.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
EXTENSIONS = list(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))
PASSWORD = "local"


@pytest.fixture(scope="module")
def debian_dsn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster of Debian's PostgreSQL, with a database owned by who is not a superuser's name."""
    if not SERVERS or not EXTENSIONS:
        pytest.skip("postgresql and postgresql-*-postgis-3 are not installed")
    version = EXTENSIONS[0].parts[4]
    programs = Path("/usr/lib/postgresql", version, "bin")
    folder = Path(f"/tmp/pqr-postgis-{os.getpid()}")  # a socket's path must be short
    folder.mkdir(mode=0o755)
    password = folder / "password"
    password.write_text(PASSWORD)
    password.chmod(0o644)  # for the account of PostgreSQL, whatever the umask
    account = {}
    if os.geteuid() == 0:
        entry = pwd.getpwnam("postgres")
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def run(*command: object) -> None:
        subprocess.run([str(part) for part in command], check=True, cwd="/", **account,
                       stdout=subprocess.DEVNULL)  # fmt: skip

    data, port = folder / "data", random.randrange(20_000, 24_000)
    run(programs / "initdb", "-D", data, "-U", "lake", "-E", "UTF8", "--locale=C.UTF-8",
        "-A", "scram-sha-256", f"--pwfile={password}")  # fmt: skip
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"
    run(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        server = f"postgresql://lake:{PASSWORD}@127.0.0.1:{port}"
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute("create database lakehouse")
        yield f"{server}/lakehouse"
    finally:
        run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        subprocess.run(["rm", "-rf", str(folder)], check=True)


@pytest.fixture(scope="module")
def geographic(
    settings: Settings, debian_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """A small world published there."""
    own = load_settings({**settings.exports(), "PQR_POSTGRES_DSN": debian_dsn})
    lake = replace(own, s3=replace(settings.s3, bucket=f"postgis-{os.getpid()}"))
    client(lake.s3).create_bucket(Bucket=lake.s3.bucket)
    migrate(lake.postgres.admin_dsn)
    run = run_of(world_of("postgis"), 2)
    publish_synthetic(lake, tmp_path_factory.mktemp("postgis"), run, Size(2, 10))
    return lake


def test_places_are_geometries_with_spatial_indexes(geographic: Settings) -> None:
    with psycopg.connect(geographic.postgres.dsn) as connection:
        counts = connection.execute(
            "select count(*), count(distinct geometrytype(geometry)), min(st_srid(geometry))"
            " from silver.v_geo_municipalities"
        ).fetchone()
        assert counts == (1121, 1, 4326)
        indexes = connection.execute(
            "select indexname from pg_indexes where schemaname = 'serving'"
            " and indexdef like '%USING gist%' order by 1"
        ).fetchall()
        assert indexes == [("dim_department_area",), ("dim_geo_place",)]
        connection.execute("set enable_seqscan = off")
        plan = connection.execute(
            "explain select geo_id from silver.v_geo_municipalities"
            " where geometry && st_makeenvelope(-74.3, 4.4, -73.9, 4.9, 4326)"
        ).fetchall()
        assert any("dim_geo_place" in line for (line,) in plan)


def test_most_seats_lie_in_the_outline_of_their_department(geographic: Settings) -> None:
    with psycopg.connect(geographic.postgres.dsn) as connection:
        (share,) = connection.execute(
            """
            select avg(st_contains(st_makevalid(area.geometry), place.geometry)::integer)
            from silver.v_geo_municipalities as place
            join silver.v_geo_departments as area using (dane_department_code)
            """
        ).fetchone()
    # The outlines are simplified: a seat on a border may fall outside.
    assert share > 0.95
