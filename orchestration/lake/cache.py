"""Local copies of committed objects, each checked against its manifest before it is read.

DuckDB does not check what it reads over the network. So a run reads local files: the bytes that
were checked are the bytes that are used.
"""

import errno
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final

from orchestration.errors import WorkFailed
from orchestration.lake.manifest import ObjectRef
from orchestration.lake.store import ObjectStore

# About thirty times the default world of 30 days.
MAX_BYTES: Final = 4 << 30
# What another run of this home may be reading is not removed.
_KEPT_SECONDS: Final = 3600.0
_PARALLEL: Final = 8


class CacheUnusable(WorkFailed):
    """The folder of the local copies cannot be written: the disk is full, or not ours."""


class ObjectCache:
    """Local copies of a bucket's objects, under their keys. Nothing in it is truth.

    Safe to use from several threads and processes: files appear whole, by a rename.
    """

    def __init__(self, store: ObjectStore, folder: Path) -> None:
        self._store = store
        self.folder = folder
        self._has_grown = False

    def verified(self, objects: Iterable[ObjectRef]) -> list[str]:
        """Local paths of objects, in their order, after checking the bytes of every one.

        What is not there with the right sha256 is read from the bucket.

        Raises:
            ObjectMissing: The bucket does not have an object.
            ObjectCorrupt: The bucket has other bytes than the manifest says.
            StoreUnavailable: The bucket does not answer.
            CacheUnusable: The copy cannot be written.
        """
        with ThreadPoolExecutor(_PARALLEL) as pool:
            return [str(path) for path in pool.map(self._verified, objects)]

    def adopt(self, file: Path, key: str) -> None:
        """Move a file that was just uploaded here, so that it need not be downloaded.

        Without room on the disk the file stays where it is.
        """
        path = self.folder / key
        with suppress(OSError):
            _make_folder(self.folder, path)
            self._has_grown = True
            try:
                file.replace(path)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                with tempfile.TemporaryDirectory(prefix=".adopt-", dir=path.parent) as fresh:
                    shutil.copyfile(file, Path(fresh, path.name))
                    Path(fresh, path.name).replace(path)

    def trim(self, max_bytes: int = MAX_BYTES) -> None:
        """Remove the copies that were not used for longest, until `max_bytes` are left.

        Looks at none of them when this process has added none.
        """
        if not self._has_grown:
            return
        used = list(_files(self.folder))
        excess = sum(facts.st_size for facts, _ in used) - max_bytes
        for facts, path in sorted(used, key=lambda item: item[0].st_mtime):
            if excess <= 0 or time.time() - facts.st_mtime < _KEPT_SECONDS:
                return
            Path(path).unlink(missing_ok=True)
            excess -= facts.st_size

    def _verified(self, ref: ObjectRef) -> Path:
        path = self.folder / ref.key
        try:
            if not _holds(path, ref):
                self._download(ref, path)
            os.utime(path)
        except OSError as error:
            raise CacheUnusable(
                f"{path}: {error.strerror or error}: local copies of the lake's objects need room"
                " and a folder that can be written; free some, or set PQR_HOME to another disk"
            ) from None
        return path

    def _download(self, ref: ObjectRef, path: Path) -> None:
        _make_folder(self.folder, path)
        self._has_grown = True
        with tempfile.TemporaryDirectory(prefix=".download-", dir=path.parent) as folder:
            fresh = Path(folder, path.name)
            self._store.download_checked(ref.key, ref.size, ref.sha256, fresh)
            fresh.replace(path)


def _files(folder: Path) -> Iterator[tuple[os.stat_result, str]]:
    """The files below a folder with their paths: of a long lake there are tens of thousands."""
    folders = [os.fspath(folder)]
    while folders:
        # Another process may be done with a folder of its own in between.
        with suppress(FileNotFoundError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    yield entry.stat(follow_symlinks=False), entry.path


def _make_folder(root: Path, path: Path) -> None:
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)


def _holds(path: Path, ref: ObjectRef) -> bool:
    """Whether a file has the size and the sha256 of an object; False when there is none."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size != ref.size:
                return False
            return hashlib.file_digest(file, "sha256").hexdigest() == ref.sha256
    except FileNotFoundError:
        return False
