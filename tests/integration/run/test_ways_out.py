"""What `pqr verify` says to do about a finding mends it, given as it is printed."""

import json
from typing import get_args

import psycopg
import pytest

from orchestration.services.bucket import client
from orchestration.verify.findings import WARNINGS, Code, Finding
from orchestration.verify.ways_out import way_out
from tests.integration.run.lake import Lake, LakeFactory, small_world

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1000)]


@pytest.fixture(scope="module")
def lake(new_lake: LakeFactory, tmp_path_factory: pytest.TempPathFactory) -> "Damaged":
    """Two published days of twenty cases."""
    config = small_world(tmp_path_factory.mktemp("small"))
    made = Damaged(new_lake(), ("run", "--days", "2", "--config", str(config), "--quiet"))
    made.repeat()
    return made


class Damaged:
    """A published lake, whose objects a test changes and deletes behind its back."""

    def __init__(self, lake: Lake, run: tuple[str, ...]) -> None:
        self.lake, self._run = lake, run
        self._s3, self._bucket = client(lake.settings.s3), lake.settings.s3.bucket

    def repeat(self) -> None:
        """Give the command of the run again."""
        done = self.lake.pqr(*self._run, "--no-prefect-server")
        assert done.returncode == 0, done.stdout + done.stderr

    def body(self, key: str) -> bytes:
        read: bytes = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return read

    def put(self, key: str, body: bytes) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body)

    def flip(self, key: str) -> None:
        """Change one bit of an object: its size stays."""
        body = bytearray(self.body(key))
        body[len(body) // 2] ^= 1
        self.put(key, bytes(body))

    def cut(self, key: str) -> None:
        """Keep the first half of an object."""
        body = self.body(key)
        self.put(key, body[: len(body) // 2])

    def delete(self, key: str) -> None:
        self._s3.delete_object(Bucket=self._bucket, Key=key)

    def keys(self, prefix: str) -> list[str]:
        return sorted(key for key in self.lake.objects() if key.startswith(prefix))

    def one_of_each_dataset(self) -> list[str]:
        rows = self.lake.query(
            "select min(key) from meta.manifest_objects where size > 0"
            " group by split_part(key, '/', 1), dataset"
        )
        return [str(key) for (key,) in rows]

    def verify(self, wrong: set[str], said: str) -> None:
        """Exactly these codes are found, and this is said to be the way out."""
        done = self.lake.pqr("verify")
        assert done.returncode == (1 if wrong else 0), done.stdout + done.stderr
        lines = done.stdout.splitlines()[:-1]
        assert {line.split()[0] for line in lines if not line.startswith("To mend")} == wrong
        ways = [line for line in lines if line.startswith("To mend")]
        assert len(ways) == (1 if wrong else 0), ways
        assert all(said in way for way in ways), ways


def test_a_changed_object_of_every_dataset_is_deleted_and_made_again(lake: Damaged) -> None:
    changed = lake.one_of_each_dataset()
    assert {key.split("/")[0] for key in changed} >= {"raw", "bronze", "silver", "gold"}
    before = lake.lake.checksums()
    for key in changed:
        lake.flip(key)
    lake.verify({"SHA_MISMATCH"}, "delete it")
    for key in changed:
        lake.delete(key)
    lake.verify({"OBJECT_MISSING"}, "repeat the command of its run")
    lake.repeat()
    lake.verify(set(), "")
    assert lake.lake.checksums() == before


def test_changed_checksums_go_with_one_raw_object_and_are_written_again(lake: Damaged) -> None:
    (checksums,) = [key for key in lake.keys("manifests/") if key.endswith("/checksums.json")]
    lake.flip(checksums)
    lake.verify({"CHECKSUMS_MISMATCH"}, "delete it and one raw object of its run")
    lake.delete(checksums)
    lake.delete(lake.keys("raw/")[0])
    lake.repeat()
    lake.verify(set(), "")


def test_lost_metadata_of_iceberg_is_made_again(lake: Damaged) -> None:
    for name in ("gold/kpi_sla_daily", "silver/tickets"):
        for key in lake.keys(f"iceberg/{name}/"):
            lake.delete(key)
    lake.verify({"OBJECT_MISSING", "TABLES_MISMATCH"}, "`pqr lake sync --anew`")
    unchanged = lake.lake.pqr("lake", "sync")
    assert "nothing changed" in unchanged.stdout
    done = lake.lake.pqr("lake", "sync", "--anew")
    assert done.returncode == 0, done.stderr
    lake.verify(set(), "")


def test_changed_metadata_of_iceberg_is_named_and_made_again(lake: Damaged) -> None:
    """Whatever PyIceberg makes of it, the other findings are told as well."""
    locations = lake.lake.query("select metadata_location from iceberg.iceberg_tables")
    metadata = sorted(str(location).split("/", 3)[3] for (location,) in locations)
    lake.cut(metadata[0])
    for key in lake.keys("iceberg/silver/tickets/"):
        if key.endswith(".avro"):
            lake.cut(key)
    lake.verify({"TABLES_MISMATCH"}, "`pqr lake sync --anew`")
    assert lake.lake.pqr("lake", "sync", "--anew").returncode == 0
    lake.verify(set(), "")


def test_entries_of_the_journal_that_are_changed_or_lost_are_named(lake: Damaged) -> None:
    entry = str(lake.lake.query("select key from meta.journal")[0][0])
    whole = lake.body(entry)
    lake.flip(entry)
    lake.verify({"JOURNAL_CORRUPT"}, "bring the object back")
    lake.delete(entry)
    lake.verify({"JOURNAL_CORRUPT"}, "`pqr backup`")
    lake.put(entry, whole)
    lake.verify(set(), "")


def test_rows_are_compared_whatever_is_noted_of_their_landing(lake: Damaged) -> None:
    with psycopg.connect(lake.lake.settings.postgres.admin_dsn, autocommit=True) as connection:
        noted = connection.execute("select batch_id, landed_at from meta.batches").fetchall()
        connection.execute("update meta.batches set landed_at = null")
        change = "update serving.kpi_volume_daily set tickets_count = tickets_count + %s"
        connection.execute(change, [1])
        lake.verify({"SERVING_MISMATCH"}, "")
        connection.execute(change, [-1])
        with connection.cursor() as cursor:
            cursor.executemany(
                "update meta.batches set landed_at = %s where batch_id = %s",
                [(landed_at, batch_id) for batch_id, landed_at in noted],
            )
    lake.verify(set(), "")


@pytest.mark.parametrize(
    "statement",
    [
        "drop view gold.kpi_outcome_daily cascade",
        "create or replace view gold.kpi_outcome_daily as {shown} and false",
        "delete from meta.publication_batches where dataset = 'dim_calendar'",
    ],
)
def test_what_readers_see_is_named_and_made_again(lake: Damaged, statement: str) -> None:
    """Not a row of serving has changed, and `pqr run` alone does not find all as it was."""
    with psycopg.connect(lake.lake.settings.postgres.admin_dsn) as connection:
        shown = connection.execute(
            "select pg_get_viewdef('gold.kpi_outcome_daily'::regclass)"
        ).fetchone()
        assert shown is not None
        connection.execute(statement.replace("{shown}", shown[0].rstrip().removesuffix(";")))
    lake.verify({"VIEW_MISMATCH"}, "repeat the command of the run")
    lake.repeat()
    lake.verify(set(), "")


def test_a_lost_row_of_serving_names_the_restore(lake: Damaged) -> None:
    """That the restore brings it back is in test_restore.py."""
    dsn = lake.lake.settings.postgres.admin_dsn
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "delete from serving.kpi_volume_daily"
            " where ctid = (select min(ctid) from serving.kpi_volume_daily)"
        )
        connection.commit()
    lake.verify({"SERVING_MISMATCH"}, "`pqr restore --from-bucket`")
    found = json.loads(lake.lake.pqr("verify", "--json").stdout)["findings"]
    assert ["`pqr restore --from-bucket`" in item["way_out"] for item in found] == [True]


def test_every_failure_has_a_way_out() -> None:
    for code in get_args(Code):
        assert bool(way_out(Finding(code, "a", "b"))) == (code not in WARNINGS)
