"""One line as bytes to one JSON object, or the reason why not; bytes are checked before parsing."""

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from orchestration.bronze.rules import (
    MAX_DEPTH,
    MAX_KEYS,
    MAX_LINE_BYTES,
    MAX_NUMBER_CHARACTERS,
    ORDER,
    Reason,
)

BOM: Final = b"\xef\xbb\xbf"

_STRINGS: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKETS: Final = re.compile(rb"[\[\]{}]")
# What may be left where a parser stops, when the text ends inside a literal, a number or an escape.
_CUT: Final = re.compile(
    r"[ \t]*|t|tr|tru|f|fa|fal|fals|n|nu|nul|N|Na|-?(I|In|Inf|Infi|Infin|Infini|Infinit)?"
    r"|[.eE][+-]?|\\?u?[0-9a-fA-F]{0,3}"
)
_INT64: Final = (-(1 << 63), (1 << 63) - 1)


class Rejected(Exception):
    """A line that does not enter bronze."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def parse_line(line: bytes) -> dict[str, Any]:
    """Read a line, without its end, as a JSON object.

    Raises:
        Rejected: With the first reason that applies, in the fixed order.
    """
    is_blank = not line.strip()
    if is_blank or len(line) > MAX_LINE_BYTES:
        raise Rejected(*unread_reason(len(line), is_blank=is_blank))
    text = _decode(line)
    if line.count(b"\0"):
        raise Rejected(Reason.NUL_BYTE, f"byte {line.index(0)}")
    if line.startswith(BOM):
        raise Rejected(Reason.BOM_MID_FILE, "a byte order mark begins the line")
    if b"\r" in line:
        raise Rejected(Reason.BARE_CR, f"byte {line.index(13)}")
    depth = _depth(line)
    if depth > MAX_DEPTH:
        raise Rejected(Reason.TOO_DEEP, f"depth {depth}, limit {MAX_DEPTH}")
    return _load(text)


def unread_reason(length: int, *, is_blank: bool) -> tuple[Reason, str]:
    """Reason and detail of a line that is blank, or else too long, by its length in bytes."""
    if is_blank:
        return Reason.BLANK_LINE, f"{length} blank bytes"
    return Reason.LINE_TOO_LONG, f"{length} bytes, limit {MAX_LINE_BYTES}"


def _decode(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Rejected(Reason.INVALID_UTF8, f"byte {error.start}: {error.reason}") from None


def _depth(line: bytes) -> int:
    """The deepest nesting, counted on bytes so that no parser can run out of stack."""
    if line.count(b"{") + line.count(b"[") <= MAX_DEPTH:
        return 0
    depth = deepest = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub(b"", line)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


class _Findings:
    """What the hooks of the parser see; the first reason in the fixed order counts."""

    def __init__(self) -> None:
        self.first: tuple[Reason, str] | None = None

    def add(self, reason: Reason, detail: str) -> None:
        if self.first is None or ORDER[reason] < ORDER[self.first[0]]:
            self.first = (reason, detail)

    def constant(self, literal: str) -> None:
        self.add(Reason.NON_FINITE_NUMBER, literal)

    def integer(self, literal: str) -> int:
        if len(literal) > MAX_NUMBER_CHARACTERS:
            self.add(Reason.NUMBER_TOO_LONG, f"{len(literal)} characters")
            return 0
        number = int(literal)
        if not _INT64[0] <= number <= _INT64[1]:
            self.add(Reason.INT_OUT_OF_RANGE, literal)
        return number

    def real(self, literal: str) -> float:
        if len(literal) > MAX_NUMBER_CHARACTERS:
            self.add(Reason.NUMBER_TOO_LONG, f"{len(literal)} characters")
            return 0.0
        number = float(literal)
        if number in (float("inf"), float("-inf")):
            self.add(Reason.FLOAT_OVERFLOW, literal)
        return number

    def pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(pairs) > MAX_KEYS:
            self.add(Reason.TOO_MANY_KEYS, f"{len(pairs)} keys, limit {MAX_KEYS}")
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
            self.add(Reason.DUPLICATE_KEY, shown(twice))
        for key, value in pairs:
            self.text(key)
            if isinstance(value, str):
                self.text(value)
            elif isinstance(value, list):
                self.texts(value)
        return found

    def texts(self, values: list[Any]) -> None:
        for value in values:
            if isinstance(value, str):
                self.text(value)
            elif isinstance(value, list):
                self.texts(value)

    def text(self, value: str) -> None:
        if value.isascii():
            if "\0" in value:
                self.add(Reason.ESCAPED_NUL, "\\u0000 in a string")
            return
        if "\0" in value:
            self.add(Reason.ESCAPED_NUL, "\\u0000 in a string")
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            self.add(Reason.LONE_SURROGATE, f"\\u{ord(value[error.start]):04x}")


def _load(text: str) -> dict[str, Any]:
    findings = _Findings()
    decoder = json.JSONDecoder(
        object_pairs_hook=findings.pairs,
        parse_int=findings.integer,
        parse_float=findings.real,
        parse_constant=findings.constant,
    )
    value = _decoded(decoder.raw_decode, text)
    if not isinstance(value, dict):
        # Whatever else the hooks found in a scalar, this reason comes first.
        raise Rejected(Reason.NOT_AN_OBJECT, in_json(value, is_private=True))
    if findings.first is not None:
        raise Rejected(*findings.first)
    return value


def _decoded(decode: Callable[[str, int], tuple[Any, int]], text: str) -> Any:
    start = len(text) - len(text.lstrip(" \t"))
    try:
        value, end = decode(text, start)
    except json.JSONDecodeError as error:
        is_open_string = error.msg.startswith("Unterminated string")
        is_cut = is_open_string or _CUT.fullmatch(text, error.pos) is not None
        reason = Reason.JSON_TRUNCATED if is_cut else Reason.JSON_SYNTAX
        raise Rejected(reason, f"at {error.pos}: {error.msg}") from None
    if text[end:].strip(" \t"):
        raise Rejected(Reason.TRAILING_DATA, f"at {end}: {shown(text[end:].strip())}")
    return value


def in_json(value: object, *, is_private: bool = False) -> str:
    """A value in JSON's words, cut: the number 5, true, an array.

    Of what `is_private` and of arrays and objects, only the kind: a text may name somebody.
    """
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    for kind, word in ((dict, "an object"), (list, "an array"), (str, "a string")):
        if isinstance(value, kind) and (is_private or kind is not str):
            return word
    if is_private:
        return "a number"
    return f"the {'string' if isinstance(value, str) else 'number'} {shown(value)}"


def shown(value: object) -> str:
    """A short form of a value that any store can hold: no surrogates, no NUL."""
    text = value if isinstance(value, str) else json.dumps(value)
    return text[:40].encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
