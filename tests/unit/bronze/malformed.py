"""Malformed inputs and what becomes of them: one line of an otherwise good object each.

`LINES` gives a name, the bytes of the line and its one reason code; None means bronze.
"""

import json
from collections.abc import Callable

from events import ANSWER, EVENT, MESSAGE, PETITIONER, TICKET, line, with_data, with_text

_TEXT = '"text":"Solicito información","text_len":20'.encode()


def _text(literal: bytes) -> bytes:
    """A good message whose text is written as this JSON literal; its length where it has one."""
    try:
        length = len(json.loads(literal))
    except ValueError:
        length = 20
    return MESSAGE.replace(_TEXT, b'"text":%s,"text_len":%d' % (literal, length))


def _number(literal: bytes) -> bytes:
    return MESSAGE.replace(b'"text_len":20', b'"text_len":' + literal)


def _message(**fields: object) -> bytes:
    return with_data("MESSAGE_ADDED", **fields)


def _created(**fields: object) -> bytes:
    return with_data("TICKET_CREATED", **fields)


def _answer(**fields: object) -> bytes:
    """An answer with all optional fields, some replaced, or left out where given as ...."""
    data = {**ANSWER, **fields}
    return line("STATUS_CHANGED", data={name: v for name, v in data.items() if v is not ...})


def _filed_by(petitioner: object) -> bytes:
    return with_data("TICKET_CREATED", petitioner=petitioner)


def _extension(**fields: object) -> bytes:
    return with_data("TERM_EXTENDED", **fields)


def _rewritten(change: Callable[[dict[str, object]], object]) -> bytes:
    return json.dumps(change(json.loads(MESSAGE))).encode()


_OUTCOME = b'"outcome"'
_AUGUST = line(ts="2025-08-01T13:05:07.123456Z")

LINES: list[tuple[str, bytes, str | None]] = [
    # Bytes.
    ("empty line", b"", "BLANK_LINE"),
    ("line of blanks", b" \t ", "BLANK_LINE"),
    ("line of 2 MB", _text(b'"' + b"x" * (2 << 20) + b'"'), "LINE_TOO_LONG"),
    ("latin-1 text", _text(b'"informaci\xf3n"'), "INVALID_UTF8"),
    ("overlong slash", _text(b'"\xc0\xaf"'), "INVALID_UTF8"),
    ("surrogate as UTF-8", _text(b'"\xed\xa0\x80"'), "INVALID_UTF8"),
    ("cut UTF-8 sequence", MESSAGE[:-20] + b"\xc3", "INVALID_UTF8"),
    ("NUL in a string", _text(b'"a\x00b"'), "NUL_BYTE"),
    ("line of NULs", b"\x00" * 64, "NUL_BYTE"),
    ("BOM in the middle", b"\xef\xbb\xbf" + MESSAGE, "BOM_MID_FILE"),
    ("CRLF end", MESSAGE + b"\r", None),
    ("two CR at the end", MESSAGE + b"\r\r", "BARE_CR"),
    ("lone CR between two events", MESSAGE + b"\r" + MESSAGE, "BARE_CR"),
    ("CR between tokens", MESSAGE.replace(b',"ts"', b',\r"ts"'), "BARE_CR"),
    ("U+2028 inside a string", _text('"a\u2028b"'.encode()), None),
    ("U+0085 inside a string", _text('"a\u0085b"'.encode()), None),
    ("depth 5000", b'{"data":' * 5000 + b"1" + b"}" * 5000, "TOO_DEEP"),
    ("list of depth 33", b"[" * 33 + b"]" * 33, "TOO_DEEP"),
    # JSON.
    ("cut in a string", MESSAGE[:-30], "JSON_TRUNCATED"),
    ("cut after a key", MESSAGE[: MESSAGE.index(b'"ts"') + 4], "JSON_TRUNCATED"),
    ("cut after a comma", MESSAGE[: MESSAGE.index(b'"ts"')], "JSON_TRUNCATED"),
    ("cut before the last brace", MESSAGE[:-1], "JSON_TRUNCATED"),
    ("cut in a literal", b'{"a":tru', "JSON_TRUNCATED"),
    ("cut in an escape", b'{"a":"\\u00', "JSON_TRUNCATED"),
    ("only a brace", b"{", "JSON_TRUNCATED"),
    ("single quotes", MESSAGE.replace(b'"', b"'"), "JSON_SYNTAX"),
    ("trailing comma", MESSAGE[:-1] + b",}", "JSON_SYNTAX"),
    ("control character in a string", _text(b'"a\x01b"'), "JSON_SYNTAX"),
    ("bad escape", _text(b'"\\x41"'), "JSON_SYNTAX"),
    ("unquoted key", b"{event_id:1}", "JSON_SYNTAX"),
    ("a log line", b"2025-09-01 13:05:07 INFO started", "TRAILING_DATA"),
    ("HTML", b"<html></html>", "JSON_SYNTAX"),
    ("a comment", MESSAGE + b" // late", "TRAILING_DATA"),
    ("two objects on a line", MESSAGE + MESSAGE, "TRAILING_DATA"),
    ("a list", b"[" + MESSAGE + b"]", "NOT_AN_OBJECT"),
    ("a string", b'"event"', "NOT_AN_OBJECT"),
    ("a number", b"42", "NOT_AN_OBJECT"),
    ("null", b"null", "NOT_AN_OBJECT"),
    ("true", b"true", "NOT_AN_OBJECT"),
    ("65 keys", json.dumps({f"k{n}": n for n in range(65)}).encode(), "TOO_MANY_KEYS"),
    ("event_id twice", b'{"event_id":"x",' + MESSAGE[1:], "DUPLICATE_KEY"),
    ("role twice", MESSAGE.replace(b'"role"', b'"role":"citizen","role"'), "DUPLICATE_KEY"),
    ("NaN", _number(b"NaN"), "NON_FINITE_NUMBER"),
    ("minus infinity", _number(b"-Infinity"), "NON_FINITE_NUMBER"),
    ("integer of 400 digits", _number(b"9" * 400), "NUMBER_TOO_LONG"),
    ("integer beyond 64 bits", _number(b"9223372036854775808"), "INT_OUT_OF_RANGE"),
    ("negative length", _number(b"-1"), "INT_OUT_OF_RANGE"),
    ("length beyond its limit", _number(b"1000000001"), "INT_OUT_OF_RANGE"),
    ("number beyond a double", _number(b"1e999"), "FLOAT_OVERFLOW"),
    ("lone high surrogate", _text(b'"\\ud800"'), "LONE_SURROGATE"),
    ("lone low surrogate", _text(b'"a\\udc00"'), "LONE_SURROGATE"),
    ("a pair of surrogates", _text(b'"\\ud83d\\ude00"'), None),
    ("escaped NUL", _text(b'"a\\u0000b"'), "ESCAPED_NUL"),
    ("escaped NUL in a key", b'{"a\\u0000":1}', "ESCAPED_NUL"),
    # Contract.
    ("an empty object", b"{}", "MISSING_FIELD"),
    ("no event_id", line(event_id=...), "MISSING_FIELD"),
    ("no ts", line(ts=...), "MISSING_FIELD"),
    ("null ticket_id", line(ticket_id=None), "MISSING_FIELD"),
    ("no data", line(data={}), "MISSING_FIELD"),
    ("no role", with_data("MESSAGE_ADDED", role=...), "MISSING_FIELD"),
    ("null priority", with_data("TICKET_CREATED", priority=None), "MISSING_FIELD"),
    ("numeric event_id", line(event_id=7), "WRONG_TYPE"),
    ("data is a list", line(data=[1]), "WRONG_TYPE"),
    ("text_len as text", with_data("MESSAGE_ADDED", text_len="20"), "WRONG_TYPE"),
    ("text_len as a real", with_data("MESSAGE_ADDED", text_len=20.0), "WRONG_TYPE"),
    ("text_len as a boolean", with_data("MESSAGE_ADDED", text_len=True), "WRONG_TYPE"),
    ("ts as a number", line(ts=1756731907), "WRONG_TYPE"),
    ("text as an object", with_data("MESSAGE_ADDED", text={"es": "a"}), "WRONG_TYPE"),
    ("an unknown field", line(note="x"), "UNKNOWN_FIELD"),
    ("an unknown field of data", with_data("MESSAGE_ADDED", lang="es"), "UNKNOWN_FIELD"),
    ("a field of another type", with_data("MESSAGE_ADDED", size_kb=1), "UNKNOWN_FIELD"),
    ("schema version 1", line(schema_version=1), None),
    ("schema version 2", line(schema_version=2), "SCHEMA_VERSION_UNKNOWN"),
    ("event_id is no UUID", line(event_id="abc"), "BAD_EVENT_ID"),
    ("event_id with braces", line(event_id="{" + EVENT + "}"), "BAD_EVENT_ID"),
    ("event_id in capitals", line(event_id=EVENT.upper()), None),
    ("ticket_id is no UUID", line(ticket_id=TICKET[:-1]), "BAD_TICKET_ID"),
    ("ticket_id with a foreign digit", line(ticket_id=TICKET[:-1] + "g"), "BAD_TICKET_ID"),
    ("unknown event type", line(event_type="TICKET_DELETED"), "UNKNOWN_EVENT_TYPE"),
    ("event type in small letters", line(event_type="message_added"), "UNKNOWN_EVENT_TYPE"),
    ("unknown channel", with_data("TICKET_CREATED", source_channel="fax"), "UNKNOWN_CHANNEL"),
    ("unknown pqrs_type", with_data("TICKET_CREATED", pqrs_type="X"), "UNKNOWN_PQRS_TYPE"),
    ("unknown priority", with_data("TICKET_CREATED", priority="urgente"), "UNKNOWN_PRIORITY"),
    ("unknown role", with_data("MESSAGE_ADDED", role="bot"), "UNKNOWN_ROLE"),
    ("unknown actor", with_data("STATUS_CHANGED", actor_role="citizen"), "UNKNOWN_ROLE"),
    ("unknown status", with_data("STATUS_CHANGED", status_to="OPEN"), "UNKNOWN_STATUS"),
    ("unknown code", with_data("TICKET_CREATED", geo_code="99999"), "UNKNOWN_GEO"),
    ("code of another place", with_data("TICKET_CREATED", geo_code="76001"), "UNKNOWN_GEO"),
    ("no code, known place", with_data("TICKET_CREATED", geo_code=...), None),
    ("unknown place", _created(geo_code=..., geo_municipio="Macondo"), "UNKNOWN_GEO"),
    ("text of 70,000 characters", with_data("MESSAGE_ADDED", text="á" * 70_000), "STRING_TOO_LONG"),
    ("long external_id", with_data("TICKET_CREATED", external_id="9" * 300), "STRING_TOO_LONG"),
    # Fields of one event against each other, and against the object.
    ("empty text", with_text(""), "EMPTY_TEXT"),
    ("empty text of some length", _message(text=""), "EMPTY_TEXT"),
    ("text of blanks", with_text(" \n "), None),
    ("text_len one too small", _message(text_len=19), "TEXT_LENGTH_MISMATCH"),
    ("text_len of nothing", _message(text_len=0), "TEXT_LENGTH_MISMATCH"),
    ("text_len in bytes", _message(text_len=21), "TEXT_LENGTH_MISMATCH"),
    ("text_len in UTF-16", _message(text="😀", text_len=2), "TEXT_LENGTH_MISMATCH"),
    ("text_len of an escape", _message(text="a\nb", text_len=4), "TEXT_LENGTH_MISMATCH"),
    ("a combining accent counts", with_text("e\u0301"), None),
    ("file of 0 KB", with_data("ATTACHMENT_ADDED", size_kb=0), "SIZE_NOT_POSITIVE"),
    ("file of 1 KB", with_data("ATTACHMENT_ADDED", size_kb=1), None),
    ("file of -1 KB", with_data("ATTACHMENT_ADDED", size_kb=-1), "INT_OUT_OF_RANGE"),
    ("creation of another channel", _created(source_channel="call"), "CHANNEL_MISMATCH"),
    ("file of another channel", with_data("ATTACHMENT_ADDED", source_channel="call"), None),
    # Outcomes, offices, agents, petitioners, extensions.
    ("an answer with everything", _answer(), None),
    ("an outcome alone", _answer(dependencia_id=..., agent_id=...), None),
    ("an office alone", _answer(outcome=..., agent_id=...), None),
    ("optional fields that are null", _answer(outcome=None, dependencia_id=None), None),
    ("fields in another order", _answer(outcome=..., status_from="IN_PROGRESS"), None),
    ("unknown outcome", _answer(outcome="SOLVED"), "UNKNOWN_OUTCOME"),
    ("outcome in small letters", _answer(outcome="denied"), "UNKNOWN_OUTCOME"),
    ("outcome as a list", _answer(outcome=["DENIED"]), "WRONG_TYPE"),
    ("outcome of a closing", _answer(status_to="CLOSED"), "OUTCOME_WITHOUT_RESPONSE"),
    ("office with a blank", _answer(dependencia_id="Oficina 1"), "BAD_OFFICE_ID"),
    ("empty office", _answer(dependencia_id=""), "BAD_OFFICE_ID"),
    ("office of 65 characters", _answer(dependencia_id="D" * 65), "BAD_OFFICE_ID"),
    ("agent is a name", _answer(agent_id="Ana Pérez"), "AGENT_NOT_PSEUDONYMOUS"),
    ("agent is a user name", _answer(agent_id="aperez22"), "AGENT_NOT_PSEUDONYMOUS"),
    ("agent is an address", _answer(agent_id="a.perez@entidad.gov.co"), "AGENT_NOT_PSEUDONYMOUS"),
    ("agent is an identity number", _answer(agent_id="1032456789"), "AGENT_NOT_PSEUDONYMOUS"),
    ("agent is empty", _answer(agent_id=""), "AGENT_NOT_PSEUDONYMOUS"),
    ("agent has foreign digits", _answer(agent_id="AG-٠١"), "AGENT_NOT_PSEUDONYMOUS"),
    ("agent is a short number", _answer(agent_id="A17"), None),
    ("agent is a hash", _answer(agent_id="9f86d081884c7d65"), None),
    ("agent is a UUID", _answer(agent_id=EVENT), None),
    ("agent is a number", _answer(agent_id=12), "WRONG_TYPE"),
    ("outcome twice", _answer().replace(_OUTCOME, _OUTCOME + b":1," + _OUTCOME), "DUPLICATE_KEY"),
    ("an office of a message", _message(dependencia_id="DEP-01"), "UNKNOWN_FIELD"),
    ("a company", _filed_by(PETITIONER), None),
    ("nobody known", _filed_by({"is_anonymous": True}), None),
    ("a petitioner of null", _filed_by(None), None),
    ("an unknown kind", _filed_by({"is_anonymous": True, "kind": "ONG"}), "UNKNOWN_PETITIONER"),
    ("a petitioner without a flag", _filed_by({"kind": "natural"}), "MISSING_FIELD"),
    ("a flag as text", _filed_by({"is_anonymous": "no"}), "WRONG_TYPE"),
    ("a named petitioner", _filed_by({**PETITIONER, "name": "Ana"}), "UNKNOWN_FIELD"),
    ("a petitioner as text", _filed_by("Ana"), "WRONG_TYPE"),
    ("an extension", _extension(), None),
    ("an extension of a day", _extension(business_days=1), None),
    ("an extension of 60 days", _extension(business_days=60), None),
    ("an extension of no day", _extension(business_days=0), "EXTENSION_DAYS_INVALID"),
    ("an extension of 61 days", _extension(business_days=61), "EXTENSION_DAYS_INVALID"),
    ("an extension back in time", _extension(business_days=-5), "INT_OUT_OF_RANGE"),
    ("half a day more", _extension(business_days=1.5), "WRONG_TYPE"),
    ("days as text", _extension(business_days="5"), "WRONG_TYPE"),
    ("no reason", _extension(reason=...), "MISSING_FIELD"),
    ("an empty reason", _extension(reason=""), "EMPTY_TEXT"),
    ("a reason with a quote", _extension(reason='la "prueba"'), None),
    ("a reason of two lines", _extension(reason="uno\ndos"), None),
    ("a long reason", _extension(reason="á" * 257), "STRING_TOO_LONG"),
    # Time.
    ("ts in words", line(ts="yesterday"), "TS_UNPARSABLE"),
    ("30 February", line(ts="2025-02-30T10:00:00Z"), "TS_UNPARSABLE"),
    ("hour 24", line(ts="2025-09-01T24:00:00.000000Z"), "TS_UNPARSABLE"),
    ("second 60", line(ts="2025-09-01T13:05:60.000000Z"), "TS_UNPARSABLE"),
    ("day before month", line(ts="01/09/2025 13:05"), "TS_UNPARSABLE"),
    ("Arabic digits", line(ts="٢٠٢٥-09-01T13:05:07Z"), "TS_UNPARSABLE"),
    ("offset of 25 hours", line(ts="2025-09-01T13:05:07+25:00"), "TS_UNPARSABLE"),
    ("no offset", line(ts="2025-09-01T13:05:07.123456"), "TS_NO_OFFSET"),
    ("offset of Colombia", line(ts="2025-09-01T08:05:07.123456-05:00"), None),
    ("whole seconds", line(ts="2025-09-01T13:05:07Z"), None),
    ("nanoseconds", line(ts="2025-09-01T13:05:07.123456789Z"), None),
    ("year 0001", line(ts="0001-01-01T00:00:00.000000Z"), "TS_OUT_OF_RANGE"),
    ("year 0000", line(ts="0000-01-01T00:00:00.000000Z"), "TS_OUT_OF_RANGE"),
    ("year 9999", line(ts="9999-12-31T23:59:59.999999Z"), "TS_OUT_OF_RANGE"),
    ("year 1999", line(ts="1999-12-31T23:59:59.999999Z"), "TS_OUT_OF_RANGE"),
    ("the day before", line(ts="2025-09-01T04:59:59.999999Z"), "TS_DAY_MISMATCH"),
    ("first instant of the day", line(ts="2025-09-01T05:00:00.000000Z"), None),
    ("last instant of the day", line(ts="2025-09-02T04:59:59.999999Z"), None),
    ("the day after", line(ts="2025-09-02T05:00:00.000000Z"), "TS_DAY_MISMATCH"),
    # The first of several reasons counts.
    ("unknown role on the wrong day", _AUGUST.replace(b"citizen", b"bot"), "UNKNOWN_ROLE"),
    ("double key and unknown field", b'{"x":1,"x":2,' + MESSAGE[1:], "DUPLICATE_KEY"),
    ("empty text on the wrong day", with_text("").replace(b"09-01T", b"08-01T"), "EMPTY_TEXT"),
    ("unknown channel of another object", _created(source_channel=""), "UNKNOWN_CHANNEL"),
    # Good, written otherwise.
    ("blanks between tokens", json.dumps(json.loads(MESSAGE)).encode(), None),
    ("blanks around the object", b"  " + MESSAGE + b" \t", None),
    ("keys in another order", _rewritten(lambda value: dict(reversed(value.items()))), None),
    ("escaped accents", json.dumps(json.loads(MESSAGE), separators=(",", ":")).encode(), None),
    ("escaped quotes and breaks", with_text('a "b"\n\\n\tc/'), None),
]  # fmt: skip
