"""Workbooks as other programs write them, or as they arrive: made of one that is right."""

import io
import re
import zipfile
from collections.abc import Callable


def rewritten(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook of which `change`, which has name and bytes, has written each part anew."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return out.getvalue()


def of_size(content: bytes, size: str) -> bytes:
    """A workbook whose sheet says that it has another size than it has."""

    def change(name: str, body: bytes) -> bytes:
        return re.sub(rb'(<dimension ref=")[^"]*', rb"\g<1>" + size.encode(), body)

    return rewritten(content, change)


def of_the_sdk(content: bytes) -> bytes:
    """A workbook as the Open XML SDK of Microsoft writes it: <x:row>, <x:c>."""

    def change(name: str, body: bytes) -> bytes:
        if not name.startswith("xl/worksheets/"):
            return body
        return re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", body).replace(b"xmlns=", b"xmlns:x=")

    return rewritten(content, change)


def disordered(content: bytes) -> bytes:
    """A workbook whose third row stands below the fourth."""

    def change(_: str, body: bytes) -> bytes:
        return re.sub(rb"(<row r=.3.*?</row>)(<row r=.4.*?</row>)", rb"\2\1", body)

    return rewritten(content, change)


def damaged(content: bytes) -> bytes:
    """A workbook of which some bytes were changed on the way."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.getinfo("xl/worksheets/sheet1.xml")
    start = sheet.header_offset + 30 + len(sheet.filename)
    wrong = bytes(byte ^ 0xFF for byte in content[start : start + 60])
    return content[:start] + wrong + content[start + 60 :]


def with_password(content: bytes) -> bytes:
    """A workbook that a program for archives has encrypted: its parts are marked so."""
    marked = re.sub(rb"(PK\x03\x04..)\x00", b"\\1\x01", content, flags=re.DOTALL)
    return re.sub(rb"(PK\x01\x02....)\x00", b"\\1\x01", marked, flags=re.DOTALL)


def of_other_styles(content: bytes) -> bytes:
    """A workbook with an attribute in its styles that the standard does not know."""
    return rewritten(content, lambda _, body: body.replace(b"<patternFill", b'<patternFill a="1"'))
