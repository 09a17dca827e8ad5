"""The encoding of a table: as the mapping says, else as the bytes of the file say."""

import re
from typing import Final

from orchestration.ingest.header import TableError

_MARKS_OF_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
# Within a word: é, í, ó, ú, ñ of "CSV (MS-DOS)", which Windows would read as a comma, ¡, ¢, £, ¤.
_LETTERS_OF_DOS: Final = re.compile(rb"(?<=[a-zA-Z])[\x82\xa1-\xa4](?=[a-z])")
_LETTERS_OF_WINDOWS: Final = re.compile(rb"(?<=[a-zA-Z])[\xe9\xed\xf3\xfa\xf1](?=[a-z])")


def decode(name: str, content: bytes, encoding: str | None) -> tuple[str, str]:
    """The text of a file, and the encoding that it is in: as told, else as its bytes say.

    Raises:
        TableError: Bytes that the encoding does not have, or UTF-8 under another name.
    """
    if content.startswith(_MARKS_OF_UTF16):
        if encoding is not None:
            raise TableError(f"{name} is UTF-16, not {encoding}: leave `encoding` out")
        try:
            return content.decode("utf-16"), "utf-16"
        except UnicodeDecodeError:
            raise TableError(f"{name} is UTF-16 and cut: ask for the whole file") from None
    if encoding in (None, "utf-8", "utf-8-sig"):
        try:
            return content.decode("utf-8-sig"), "utf-8"
        except UnicodeDecodeError as error:
            if _is_mostly_utf8(content):
                # Lines in another encoding are set aside one by one.
                return content.decode("utf-8-sig", "surrogateescape"), "utf-8"
            if encoding is not None:
                line = content.count(b"\n", 0, error.start) + 1
                raise TableError(
                    f"{name} is not {encoding} at byte {error.start} (line {line}):"
                    " set `encoding` in the mapping, or leave it out to have it detected"
                ) from None
        if len(_LETTERS_OF_DOS.findall(content)) > len(_LETTERS_OF_WINDOWS.findall(content)):
            return content.decode("cp850"), "cp850"
        # Bytes 0x80 to 0x9f are letters of cp1252 and nothing in latin-1.
        try:
            return content.decode("cp1252"), "cp1252"
        except UnicodeDecodeError:
            return content.decode("latin-1"), "latin-1"
    text = _one_byte_text(name, content, encoding)
    return text, encoding or ""


def _is_mostly_utf8(content: bytes) -> bool:
    """Whether more lines with letters beyond ASCII are UTF-8 than are not."""
    balance = 0
    for line in content.split(b"\n"):
        if not line.isascii():
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                balance -= 1
            else:
                balance += 1
    return balance > 0


def _one_byte_text(name: str, content: bytes, encoding: str | None) -> str:
    try:
        as_utf8 = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        as_utf8 = ""
    if not as_utf8.isascii():
        raise TableError(
            f"{name} is UTF-8, the mapping says {encoding}: set `encoding: utf-8`, or leave it out"
        )
    try:
        return content.decode(encoding or "cp1252")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TableError(
            f"{name} is not {encoding} at byte {error.start} (line {line}):"
            " set `encoding` in the mapping, or leave it out to have it detected"
        ) from None
