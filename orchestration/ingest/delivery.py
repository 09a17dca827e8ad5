"""What is delivered: files of a folder, of a bucket, or one file; plain or compressed."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final, Literal
from urllib.parse import urlsplit

from orchestration.errors import UsageError
from orchestration.lake.store import ObjectStore
from orchestration.settings import Settings

Format = Literal["jsonl", "csv"]

_FORMATS: Final[dict[str, Format]] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
}
_MAX_CONTENT_BYTES: Final = 4 << 30


class DeliveryError(UsageError):
    """What was named cannot be read, or is in no format that is understood."""


@dataclass(frozen=True)
class DeliveredFile:
    """A file as it came: `body` its bytes, `content` the same without compression."""

    name: str
    format: Format
    body: bytes
    content: bytes

    @property
    def sha256(self) -> str:
        """Of the bytes as they came."""
        return hashlib.sha256(self.body).hexdigest()


def read_delivery(location: str, settings: Settings) -> tuple[DeliveredFile, ...]:
    """Read a file, a folder or an s3:// address, in the order of names.

    Raises:
        DeliveryError: Nothing there, a file of no known format, or a broken compression.
    """
    found = _read_s3(location, settings) if location.startswith("s3://") else _read_disk(location)
    files = tuple(_delivered(name, body) for name, body in found)
    if not files:
        raise DeliveryError(f"{location} holds no file: expected {', '.join(_FORMATS)} (or .gz)")
    return files


def _read_disk(location: str) -> Iterator[tuple[str, bytes]]:
    path = Path(location)
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if _format(file.name) is not None)
    else:
        files = [path]
    for file in files:
        try:
            yield file.name, file.read_bytes()
        except OSError as error:
            raise DeliveryError(f"{file} cannot be read: {error.strerror}") from None


def _read_s3(location: str, settings: Settings) -> Iterator[tuple[str, bytes]]:
    parts = urlsplit(location)
    store = ObjectStore(replace(settings.s3, bucket=parts.netloc))
    prefix = parts.path.lstrip("/")
    for facts in sorted(store.list(prefix), key=lambda facts: facts.key):
        name = PurePosixPath(facts.key).name
        if facts.key == prefix or _format(name) is not None:
            yield name, store.get(facts.key)


def _delivered(name: str, body: bytes) -> DeliveredFile:
    kind = _format(name)
    if kind is None:
        raise DeliveryError(f"{name} is in no known format: {', '.join(_FORMATS)}, plain or .gz")
    return DeliveredFile(name, kind, body, _content(name, body))


def _format(name: str) -> Format | None:
    return _FORMATS.get(PurePosixPath(name.removesuffix(".gz")).suffix.lower())


def _content(name: str, body: bytes) -> bytes:
    # Only what says that it is compressed is: gz under another name is judged as a raw object.
    if not name.endswith(".gz"):
        return body
    try:
        with gzip.GzipFile(fileobj=_reader(body)) as file:
            content = file.read(_MAX_CONTENT_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DeliveryError(f"{name} is no whole gzip file: {error}") from None
    if len(content) > _MAX_CONTENT_BYTES:
        raise DeliveryError(f"{name} unpacks to more than {_MAX_CONTENT_BYTES >> 30} GiB")
    return content


def _reader(body: bytes) -> io.BytesIO:
    return io.BytesIO(body)
