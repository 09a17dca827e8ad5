"""Local copies are checked at each use, and read from the bucket again when they are wrong."""

import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.lake import cache as module
from orchestration.lake.cache import CacheUnusable, ObjectCache
from orchestration.lake.manifest import ObjectRef
from orchestration.lake.store import ObjectCorrupt, ObjectMissing

BODY = b"rows of a part" * 100


class Bucket:
    """A bucket whose GET answers can be broken."""

    bucket = "lake"

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.downloads: list[str] = []

    def download_checked(self, key: str, size: int, sha256: str, file: Path) -> None:
        self.downloads.append(key)
        if key not in self.objects:
            raise ObjectMissing(f"OBJECT_MISSING: {key}")
        file.write_bytes(self.objects[key])
        if hashlib.sha256(self.objects[key]).hexdigest() != sha256:
            raise ObjectCorrupt(f"SHA_MISMATCH: {key}")


def ref(name: str = "part-1", body: bytes = BODY) -> ObjectRef:
    key = f"silver/tickets/month=2025-09/run_id=r/{name}.parquet"
    return ObjectRef(
        key, "tickets", "month=2025-09", len(body), hashlib.sha256(body).hexdigest(), 1
    )


@pytest.fixture
def bucket() -> Bucket:
    found = Bucket()
    found.objects[ref().key] = BODY
    return found


@pytest.fixture
def cache(bucket: Bucket, tmp_path: Path) -> ObjectCache:
    return ObjectCache(bucket, tmp_path / "objects")  # type: ignore[arg-type]


def test_an_object_is_downloaded_once(cache: ObjectCache, bucket: Bucket) -> None:
    for _ in range(2):
        (path,) = cache.verified([ref()])
        assert Path(path).read_bytes() == BODY
    assert bucket.downloads == [ref().key]


def test_paths_come_in_the_order_of_the_objects(cache: ObjectCache, bucket: Bucket) -> None:
    refs = [ref(f"part-{number}", bytes([number]) * 10) for number in range(20)]
    for number, item in enumerate(refs):
        bucket.objects[item.key] = bytes([number]) * 10
    assert cache.verified(refs) == [str(cache.folder / item.key) for item in refs]


def flipped(path: Path) -> None:
    path.write_bytes(bytes([BODY[0] ^ 1]) + BODY[1:])


def cut(path: Path) -> None:
    path.write_bytes(BODY[:-1])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def swapped(path: Path) -> None:
    path.write_bytes(b"x" * len(BODY))


def removed(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("harm", [flipped, cut, emptied, swapped, removed])
def test_a_copy_that_changed_is_replaced(
    cache: ObjectCache, bucket: Bucket, harm: Callable[[Path], None]
) -> None:
    harm(Path(*cache.verified([ref()])))
    (path,) = cache.verified([ref()])
    assert Path(path).read_bytes() == BODY
    assert len(bucket.downloads) == 2


def test_a_corrupt_object_never_takes_the_place_of_a_copy(
    cache: ObjectCache, bucket: Bucket
) -> None:
    bucket.objects[ref().key] = b"x" * len(BODY)
    with pytest.raises(ObjectCorrupt):
        cache.verified([ref()])
    assert [path for path in cache.folder.rglob("*") if path.is_file()] == []


def test_a_missing_object_is_named(cache: ObjectCache) -> None:
    with pytest.raises(ObjectMissing, match="part-2"):
        cache.verified([ref(), ref("part-2")])


def test_an_adopted_file_is_not_downloaded(
    cache: ObjectCache, bucket: Bucket, tmp_path: Path
) -> None:
    staged = tmp_path / "part0.parquet"
    staged.write_bytes(BODY)
    cache.adopt(staged, ref().key)
    assert not staged.exists()
    cache.verified([ref()])
    assert bucket.downloads == []


def test_an_adopted_file_with_other_bytes_is_not_used(
    cache: ObjectCache, bucket: Bucket, tmp_path: Path
) -> None:
    staged = tmp_path / "part0.parquet"
    staged.write_bytes(BODY[::-1])
    cache.adopt(staged, ref().key)
    (path,) = cache.verified([ref()])
    assert Path(path).read_bytes() == BODY
    assert bucket.downloads == [ref().key]


def test_a_folder_that_cannot_be_written_is_one_line(bucket: Bucket, tmp_path: Path) -> None:
    (tmp_path / "objects").write_text("a file where the folder should be")
    cache = ObjectCache(bucket, tmp_path / "objects")  # type: ignore[arg-type]
    with pytest.raises(CacheUnusable, match="PQR_HOME") as raised:
        cache.verified([ref()])
    assert "\n" not in str(raised.value)
    staged = tmp_path / "staged"
    staged.write_bytes(BODY)
    cache.adopt(staged, ref().key)
    assert staged.exists()


def test_a_full_disk_is_one_line(
    cache: ObjectCache, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bucket, "download_checked", full)
    with pytest.raises(CacheUnusable, match="No space left on device"):
        cache.verified([ref()])


def test_the_copies_are_bounded_by_use(
    cache: ObjectCache, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    refs = [ref(f"part-{number}") for number in range(4)]
    for item in refs:
        bucket.objects[item.key] = BODY
    paths = [Path(path) for path in cache.verified(refs)]
    cache.trim(2 * len(BODY))
    assert all(path.exists() for path in paths), "a run may be reading them"
    for age, path in enumerate(paths):
        os.utime(path, (1_000_000 + age, 1_000_000 + age))
    cache.verified([refs[0]])
    cache.trim(2 * len(BODY))
    assert [path.exists() for path in paths] == [True, False, False, True]


def test_other_users_cannot_read_the_copies(cache: ObjectCache) -> None:
    cache.verified([ref()])
    assert stat.S_IMODE(cache.folder.stat().st_mode) == 0o700


def test_a_file_of_another_disk_can_be_adopted(
    cache: ObjectCache, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged = tmp_path / "staged"
    staged.write_bytes(BODY)
    real = Path.replace

    def across(self: Path, target: Path) -> Path:
        if self == staged:
            raise OSError(18, "Invalid cross-device link")
        return real(self, target)

    monkeypatch.setattr(module.Path, "replace", across)
    cache.adopt(staged, ref().key)
    cache.verified([ref()])
    assert bucket.downloads == []
