"""Reading a journal: which entries count, and what is said of one that cannot be read."""

import gzip
import hashlib
import json
from collections.abc import Iterator

import pytest

from orchestration.backup.chain import JournalCorrupt, NoJournal, read_journal
from orchestration.backup.serve import kept_publications
from orchestration.lake.store import ObjectFacts, ObjectMissing

ONE, OTHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"

# No clock in them: they name their tests, and every worker must find tests of the same names.
NOT_JSON, NO_ENTRY = (gzip.compress(body, mtime=0) for body in (b"not JSON\n", b"[]\n"))


class Bucket:
    """The part of a store that reading needs, over a dictionary."""

    bucket = "lake"

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    def list(self, prefix: str) -> Iterator[ObjectFacts]:
        return (ObjectFacts(key, 1, 0.0) for key in self.bodies if key.startswith(prefix))

    def get(self, key: str) -> bytes:
        if key not in self.bodies:
            raise ObjectMissing(key)
        return self.bodies[key]

    def add(
        self,
        number: int,
        previous: str | None,
        *,
        at: int | None = None,
        journal: str = ONE,
        live: int | None = None,
        publication: int | None = None,
        account: str = "",
        **changed: object,
    ) -> str:
        before = previous and {
            "key": previous,
            "sha256": hashlib.sha256(self.bodies[previous]).hexdigest(),
        }
        header = {
            "format": 1,
            "journal_id": journal,
            "entry": number,
            "previous": before,
            "live_publication_id": live,
            "written_at": f"2025-09-01T00:00:{number if at is None else at:02d}+00:00",
            **changed,
        }
        lines = [json.dumps(header)]
        if publication is not None:
            lines.append(f'{{"table": "publications", "row": {{"publication_id": {publication}}}}}')
        if account:
            lines.append(f'{{"table": "deliveries", "row": {{"account": "{account}"}}}}')
        body = gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)
        short = hashlib.sha256(body).hexdigest()[:12]
        key = f"journal/{journal}/{number:08d}-{short}.jsonl.gz"
        self.bodies[key] = body
        return key


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


def keys(bucket: Bucket, journal: str | None = None) -> list[str]:
    return [entry.key for entry in read_journal(bucket, journal)]


def test_entries_come_in_the_order_they_were_written(bucket: Bucket) -> None:
    first = bucket.add(1, None)
    second = bucket.add(2, first)
    third = bucket.add(3, second)
    assert keys(bucket) == [first, second, third]


def test_what_people_wrote_does_not_end_a_line(bucket: Bucket) -> None:
    """PostgreSQL writes these as they are; Python takes them for ends of lines."""
    bucket.add(1, None, account="a\u2028b\u2029c\x85d")
    (entry,) = read_journal(bucket)
    assert list(entry.rows("deliveries")) == [{"account": "a\u2028b\u2029c\x85d"}]


def test_a_clock_that_was_set_back_changes_no_order(bucket: Bucket) -> None:
    first = bucket.add(1, None, at=7)
    second = bucket.add(2, first, at=8)
    third = bucket.add(3, second, at=1)
    assert keys(bucket) == [first, second, third]


def test_an_entry_whose_transaction_did_not_commit_is_left_out(bucket: Bucket) -> None:
    first = bucket.add(1, None)
    bucket.add(2, first, at=2, reason="rolled back")
    second = bucket.add(2, first, at=3)
    third = bucket.add(3, second, at=4)
    assert keys(bucket) == [first, second, third]


def test_of_two_journals_the_one_that_was_written_last_counts_unless_one_is_named(
    bucket: Bucket,
) -> None:
    old = bucket.add(1, None, at=1)
    older = bucket.add(2, old, at=2)
    fresh = bucket.add(1, None, at=9, journal=OTHER)
    assert keys(bucket) == [fresh]
    assert keys(bucket, ONE) == [old, older]
    with pytest.raises(
        NoJournal, match=f"--journal nonsense is not in this bucket, which has {ONE}"
    ):
        keys(bucket, "nonsense")


def test_a_bucket_without_a_journal_is_told_what_to_do(bucket: Bucket) -> None:
    with pytest.raises(NoJournal, match=r"holds no journal .* `pqr run`"):
        keys(bucket)


def test_an_entry_that_is_missing_is_named(bucket: Bucket) -> None:
    first = bucket.add(1, None)
    second = bucket.add(2, first)
    bucket.add(3, second)
    del bucket.bodies[second]
    with pytest.raises(JournalCorrupt, match=f"continues {second}, which is not in the bucket"):
        keys(bucket)


@pytest.mark.parametrize("body", [b"", b"not compressed", NOT_JSON, NO_ENTRY])
def test_an_entry_with_other_bytes_is_named(bucket: Bucket, body: bytes) -> None:
    key = bucket.add(1, None)
    bucket.bodies[key] = body
    with pytest.raises(JournalCorrupt, match=f"{key} has sha256"):
        keys(bucket)


@pytest.mark.parametrize("body", [b"", NOT_JSON, NO_ENTRY])
def test_an_entry_that_was_written_wrong_is_named(bucket: Bucket, body: bytes) -> None:
    key = f"journal/{ONE}/00000001-{hashlib.sha256(body).hexdigest()[:12]}.jsonl.gz"
    bucket.bodies[key] = body
    with pytest.raises(JournalCorrupt, match=f"{key} cannot be read"):
        keys(bucket)


def test_an_entry_of_another_version_is_not_guessed_at(bucket: Bucket) -> None:
    bucket.add(1, None, format=2)
    with pytest.raises(JournalCorrupt, match="format 2, this version reads 1"):
        keys(bucket)


def test_the_live_publication_and_the_newest_beside_it_are_kept(bucket: Bucket) -> None:
    first = bucket.add(1, None, live=1, publication=1)
    second = bucket.add(2, first, live=2, publication=2)
    third = bucket.add(3, second, live=3, publication=3)
    entries = read_journal(bucket)
    assert kept_publications(entries) == {2: second, 3: third}
    # Somebody went back: a switch names a publication that another entry brought.
    bucket.add(4, third, live=1, publication=1)
    entries = read_journal(bucket)
    assert kept_publications(entries) == {1: first, 3: third}


def test_nothing_is_kept_where_nothing_was_published(bucket: Bucket) -> None:
    bucket.add(1, None)
    assert kept_publications(read_journal(bucket)) == {}
