"""How many lines a raw object has: what its manifest says and every reader must agree on."""

GZIP = b"\x1f\x8b"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def count_lines(body: bytes) -> int:
    """Pieces between bytes 0x0A; a last piece counts unless it is empty.

    An object of another format (compressed, UTF-16) has no lines of ours and counts as one.
    """
    if body.startswith((GZIP, *UTF16_MARKS)):
        return 1
    return body.count(b"\n") + (not body.endswith(b"\n") and bool(body))
