"""Recognising what a file is by its bytes, before anything of it lands; and unpacking gzip."""

import gzip
import io
import re
import zipfile
import zlib
from typing import Final

from orchestration.errors import UsageError

_MAX_CONTENT_BYTES: Final = 1 << 30
# Tables and events shrink to a tenth or a thirtieth; what shrinks to less is made to fill a memory.
_MAX_RATIO: Final = 200
_FREE_BYTES: Final = 16 << 20
_CHUNK: Final = 1 << 20
_ENCRYPTED: Final = 1

_MAGICS: Final = (
    (b"\x1f\x8b", "compressed with gzip", "give it a name that ends in .gz"),
    (b"\xff\xfe\0\0", "UTF-32", "save it as UTF-8"),
    (b"\0\0\xfe\xff", "UTF-32", "save it as UTF-8"),
    (b"\xff\xfe", "UTF-16", "save it as UTF-8"),
    (b"\xfe\xff", "UTF-16", "save it as UTF-8"),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel file (.xls) or one with a password",
        "save it as .xlsx or CSV, without a password",
    ),
    (b"\x89PNG", "a picture", "ask for the table as XLSX or CSV"),
    (b"\xff\xd8\xff", "a picture", "ask for the table as XLSX or CSV"),
    (b"%PDF", "a PDF", "ask for the table as XLSX or CSV"),
    (b"PAR1", "a Parquet file", "export it as CSV"),
    (b"SQLite format 3", "a SQLite database", "export the table as CSV"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "unpack it, or use gzip"),
    (b"BZh", "compressed with bzip2", "unpack it, or use gzip"),
    (b"\xfd7zXZ", "compressed with xz", "unpack it, or use gzip"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it"),
    (b"Rar!", "a RAR archive", "unpack it"),
    (b"{\\rtf", "an RTF document", "save the table as CSV"),
)
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_REMEDIES: Final = {
    ".ods": "save it as .xlsx or CSV",
    ".xlsm": "save it as .xlsx or CSV",
    ".zip": "unpack it",
    ".xlsb": "save it as .xlsx or CSV",
    ".txt": "a table is named .csv",
}
# A part that an archive of a program has, and the way out.
_ARCHIVES: Final = {
    "xl/workbook.bin": "it is .xlsb; save it as .xlsx",
    "content.xml": "it is OpenDocument; save it as .xlsx",
    "word/document.xml": "it is a document of Word; save its table as .xlsx or CSV",
}
_HTML: Final = re.compile(rb"\s*<(!doctype|html|\?xml|!--|[a-z]+[ >])", re.IGNORECASE)


class FormatError(UsageError):
    """A file whose bytes are of another format than its name says."""


def require_format(name: str, kind: str, content: bytes) -> None:
    """Raise FormatError when the bytes of a file are not of the format `kind`."""
    is_zip = content.startswith(b"PK\x03\x04")
    if kind == "xlsx":
        if not is_zip:
            raise FormatError(f"{name} is {_seen_as(content)}")
        _require_small_workbook(name, content)
        return
    if is_zip:
        raise FormatError(f"{name} is a ZIP or XLSX file: unpack it, or name it .xlsx")
    is_utf32 = content.startswith(_UTF16[0] + b"\0\0")
    if content.startswith(_UTF16) and kind == "csv" and not is_utf32:
        return
    if found := _magic(content):
        what, remedy = found
        raise FormatError(f"{name} is {what}, not {kind.upper()}: {remedy}")
    if _HTML.match(content[:512].removeprefix(b"\xef\xbb\xbf")):
        raise FormatError(f"{name} is HTML or XML, not {kind.upper()}: ask for CSV or XLSX")
    head = content[:4096]
    if head.count(b"\0") * 4 > len(head):
        raise FormatError(f"{name} is UTF-16 without a mark, or binary: save it as UTF-8")
    if kind == "jsonl":
        _require_lines(name, content)
    else:
        _require_no_json(name, content)


def _seen_as(content: bytes) -> str:
    """What a file that is named .xlsx is instead, and the way out."""
    if found := _magic(content):
        return f"not XLSX: it is {found[0]}; {found[1]}"
    start = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        return "empty"
    if _HTML.match(start):
        return "not XLSX: it is HTML or XML; open it in Excel and save it as .xlsx"
    if start[:1] in (b"{", b"["):
        return "not XLSX: it looks like JSON; name it .jsonl, with one object per line"
    if b"\0" not in start and start[:2] != b"PK":
        return "not XLSX: it looks like CSV; name it .csv"
    return "not XLSX, and not whole: save it again as .xlsx, or ask for it again"


def said_of(name: str, content: bytes) -> str:
    """What a file of no known format is, and the way out; empty when that is not known."""
    for suffix, remedy in _REMEDIES.items():
        if name.lower().endswith(suffix):
            return f"{suffix}: {remedy}"
    if found := _magic(content):
        return f"it is {found[0]}: {found[1]}"
    if _HTML.match(content[:512].removeprefix(b"\xef\xbb\xbf")):
        return "it is HTML or XML: ask for CSV or XLSX"
    return ""


def unpacked(name: str, body: bytes) -> bytes:
    """The content of a gzip file.

    Raises:
        FormatError: Broken, or it unpacks to more than a table or a file of events would.
    """
    parts: list[bytes] = []
    size = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                _require_size(name, size, len(body))
                parts.append(chunk)
    except (OSError, EOFError, zlib.error) as error:
        raise FormatError(f"{name} is not a whole gzip file: {error}") from None
    return b"".join(parts)


def _require_size(name: str, size: int, packed: int) -> None:
    if size > _MAX_CONTENT_BYTES:
        raise FormatError(f"{name} unpacks to more than {_MAX_CONTENT_BYTES >> 20} MiB: split it")
    if size > max(_FREE_BYTES, _MAX_RATIO * packed):
        raise FormatError(
            f"{name} unpacks to more than {_MAX_RATIO} times its {packed} bytes: it is not a table"
        )


def _require_small_workbook(name: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise FormatError(f"{name} is not a whole XLSX file: {error}") from None
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise FormatError(f"{name} has a password: save it without one")
    if not any(member.filename == "xl/workbook.xml" for member in members):
        names = {member.filename for member in members}
        found = next((said for part, said in _ARCHIVES.items() if part in names), "unpack it")
        raise FormatError(f"{name} is a ZIP file, not XLSX: {found}")
    _require_size(name, sum(member.file_size for member in members), len(content))


def _magic(content: bytes) -> tuple[str, str] | None:
    for magic, what, remedy in _MAGICS:
        if content.startswith(magic):
            return what, remedy
    return None


def _require_lines(name: str, content: bytes) -> None:
    """JSONL is one object per line: an array, an object of many lines or a CSV is not."""
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise FormatError(f"{name} is empty")
    if start.startswith(b"["):
        raise FormatError(f"{name} is a JSON array, not JSONL: write one object per line")
    first = start.split(b"\n", 1)[0].strip()
    if first == b"{":
        raise FormatError(f"{name} is JSON of many lines, not JSONL: write one object per line")
    if not re.search(rb"^\s*\{", start, re.MULTILINE):
        raise FormatError(f"{name} is not JSONL: no line begins with {{; CSV is named .csv")


def _require_no_json(name: str, content: bytes) -> None:
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise FormatError(f"{name} is empty")
    if re.match(rb'(\[\s*)?\{\s*"', start):
        raise FormatError(f"{name} is JSON, not CSV: one object per line, named .jsonl")
