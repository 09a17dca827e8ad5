"""What is delivered: files of a folder, of a bucket, or one file; plain or compressed."""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final, Literal
from urllib.parse import urlsplit

from orchestration.errors import UsageError
from orchestration.ingest.dates import MONTHS
from orchestration.ingest.formats import require_format, said_of, unpacked
from orchestration.settings import Settings
from orchestration.wording import printable

Format = Literal["jsonl", "csv", "xlsx"]

_FORMATS: Final[dict[str, Format]] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
}
# A file is kept beside its run under its name, and recognised by it.
_STANDARD_INPUT: Final = ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")
_KNOWN: Final = ", ".join(_FORMATS)
_MONTH: Final = re.compile(
    rf"(?<![^\W\d_])({'|'.join(MONTHS)})(?![^\W\d_])(?:[\W_]*(?:del?[\W_]+)?(20\d\d)(?!\d))?",
    re.IGNORECASE,
)


class DeliveryError(UsageError):
    """What was named cannot be read, or is in no format that is understood."""


@dataclass(frozen=True)
class DeliveredFile:
    """A file as it came: `body` its bytes, `content` the same without compression.

    `name` is its path in the folder that was named, printable as it stands.
    """

    name: str
    format: Format
    body: bytes
    content: bytes

    @property
    def sha256(self) -> str:
        """Of the bytes as they came."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class DeliveredFiles:
    """The files of a delivery as their names count, and those left unread: name and why."""

    files: tuple[DeliveredFile, ...]
    unread: tuple[tuple[str, str], ...] = ()


def read_delivery(location: str, settings: Settings) -> DeliveredFiles:
    """Read a file, a folder or an s3:// address.

    Raises:
        DeliveryError: Nothing there, or a file of no known format.
        FormatError: A file is not what its name says, or a compression is broken or too large.
    """
    unread: list[tuple[str, str]] = []
    if not location.strip():
        raise DeliveryError("FILE is empty: name a file, a folder or s3://bucket/prefix")
    if not location.isascii() and not _is_text(location):
        raise DeliveryError(
            f"the name {printable(location, 200)} is not UTF-8: give the file or folder another one"
        )
    if location == "s3://":
        raise DeliveryError("s3:// names no bucket: write it as s3://bucket/prefix")
    if location in _STANDARD_INPUT:
        raise DeliveryError(
            f"{location} is standard input, which is not taken: save it as a file, whose name says"
            " what it is, and give that"
        )
    if location.startswith("s3://"):
        found = _read_s3(location, settings, unread)
    else:
        found = _read_disk(location, unread)
    files = tuple(_delivered(name, body) for name, body in found)
    if not files:
        left = "".join(f"; {name}: {why}" for name, why in unread[:5])
        raise DeliveryError(
            f"{printable(location, 200)} holds no file to read: expected {_KNOWN} (or .gz){left}"
        )
    return DeliveredFiles(files, tuple(unread))


def _is_text(name: str) -> bool:
    """Whether a name has bytes of UTF-8 alone: no other one can be stored with a run."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _read_disk(location: str, unread: list[tuple[str, str]]) -> Iterator[tuple[str, bytes]]:
    root = Path(location)
    if not root.is_dir():
        yield printable(root.name, 200), _bytes_of(root)
        return
    inside = root.resolve()
    for path in sorted(_below(root), key=lambda path: _counted(str(path))):
        below = path.relative_to(root)
        name = printable(below.as_posix(), 200)
        if path.is_dir() and not path.is_symlink():
            continue
        # Not Path.resolve, for which a link to itself is an error.
        if not Path(os.path.realpath(path)).is_relative_to(inside):
            unread.append((name, "a link that leaves the folder"))
        elif not path.is_file():
            unread.append((name, "not a regular file"))
        elif path.name.startswith("~$") or any(part.startswith(".") for part in below.parts):
            unread.append((name, "a hidden file"))
        elif _format(path.name) is None:
            unread.append((name, f"not one of {_KNOWN}"))
        else:
            yield name, _bytes_of(path)


def _below(root: Path) -> Iterator[Path]:
    """Everything in a folder and those below it; one that cannot be read is refused."""

    def refuse(error: OSError) -> None:
        shown = printable(str(error.filename), 200)
        raise DeliveryError(f"{shown} cannot be read: {error.strerror}")

    for folder, folders, files in os.walk(root, onerror=refuse):
        yield from (Path(folder, name) for name in (*folders, *files))


def _counted(name: str) -> list[tuple[int, str]]:
    """The order in which people count files: "PQRS 9" before "PQRS 10", whose rows are newer.

    Months count by their number, after the year that follows them: "diciembre 2024", "enero 2025".
    """
    dated = _MONTH.sub(lambda found: f"{found[2] or ''} {MONTHS[found[1].lower()]}", name)
    parts = re.split(r"(\d+)", dated)
    return [(int(part), part) if part.isdecimal() else (-1, part) for part in parts]


def _bytes_of(path: Path) -> bytes:
    """The bytes of a regular file; a pipe or a device is refused before it is opened."""
    shown = printable(str(path), 200)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise DeliveryError(
                f"{shown} is not a regular file: save what comes from it as a file, and give that"
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        said = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
        raise DeliveryError(f"{shown} cannot be read: {said}") from None


def _read_s3(
    location: str, settings: Settings, unread: list[tuple[str, str]]
) -> Iterator[tuple[str, bytes]]:
    # Here: the client of S3 is a large library, and most deliveries are files.
    from orchestration.lake.store import ObjectStore

    parts = urlsplit(location)
    store = ObjectStore(replace(settings.s3, bucket=parts.netloc))
    prefix = parts.path.lstrip("/")
    for facts in sorted(store.list(prefix), key=lambda facts: _counted(facts.key)):
        name = facts.key.removeprefix(prefix).lstrip("/") or PurePosixPath(facts.key).name
        if facts.key == prefix or _format(name) is not None:
            yield printable(name, 200), store.get(facts.key)
        else:
            unread.append((printable(name, 200), f"not one of {_KNOWN}"))


def _delivered(name: str, body: bytes) -> DeliveredFile:
    kind = _format(name)
    if kind is None:
        said = said_of(name, body)
        raise DeliveryError(
            f"{name} is in no known format: {_KNOWN}, plain or .gz{f'; {said}' if said else ''}"
        )
    content = unpacked(name, body) if name.lower().endswith(".gz") else body
    require_format(name, kind, content)
    return DeliveredFile(name, kind, body, content)


def _format(name: str) -> Format | None:
    plain = name[:-3] if name.lower().endswith(".gz") else name
    return _FORMATS.get(PurePosixPath(plain).suffix.lower())
