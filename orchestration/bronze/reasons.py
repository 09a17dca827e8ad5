"""Why a line, an object or an event is not taken as it is: one code each, in a fixed order.

A line that several codes fit gets the first of them in this order. Bronze refuses whatever the
quality gate of bronze forbids of a single line (orchestration/quality/suites/bronze.py), so that a
bad line costs that line and not the run.
"""

from enum import StrEnum
from typing import Final

# Raised when a line may be judged otherwise than before: quarantine rows carry it.
RULES_VERSION: Final = "2"


class Reason(StrEnum):
    """The codes in the order in which they are tried: the first that matches is the reason."""

    # The object as a whole.
    EMPTY_FILE = "EMPTY_FILE"
    GZIP_MAGIC = "GZIP_MAGIC"
    UTF16_BOM = "UTF16_BOM"
    UTF8_BOM_START = "UTF8_BOM_START"
    MISSING_FINAL_NEWLINE = "MISSING_FINAL_NEWLINE"
    SIZE_MISMATCH = "SIZE_MISMATCH"
    SHA_MISMATCH = "SHA_MISMATCH"
    OBJECT_MISSING = "OBJECT_MISSING"
    OBJECT_EXTRA = "OBJECT_EXTRA"
    MANIFEST_INVALID = "MANIFEST_INVALID"
    # The bytes of a line.
    BLANK_LINE = "BLANK_LINE"
    LINE_TOO_LONG = "LINE_TOO_LONG"
    INVALID_UTF8 = "INVALID_UTF8"
    NUL_BYTE = "NUL_BYTE"
    BOM_MID_FILE = "BOM_MID_FILE"
    CRLF = "CRLF"
    BARE_CR = "BARE_CR"
    TOO_DEEP = "TOO_DEEP"
    # The line as JSON.
    JSON_TRUNCATED = "JSON_TRUNCATED"
    JSON_SYNTAX = "JSON_SYNTAX"
    TRAILING_DATA = "TRAILING_DATA"
    NOT_AN_OBJECT = "NOT_AN_OBJECT"
    TOO_MANY_KEYS = "TOO_MANY_KEYS"
    DUPLICATE_KEY = "DUPLICATE_KEY"
    NON_FINITE_NUMBER = "NON_FINITE_NUMBER"
    NUMBER_TOO_LONG = "NUMBER_TOO_LONG"
    INT_OUT_OF_RANGE = "INT_OUT_OF_RANGE"
    FLOAT_OVERFLOW = "FLOAT_OVERFLOW"
    LONE_SURROGATE = "LONE_SURROGATE"
    ESCAPED_NUL = "ESCAPED_NUL"
    # The object against the contract.
    MISSING_FIELD = "MISSING_FIELD"
    WRONG_TYPE = "WRONG_TYPE"
    UNKNOWN_FIELD = "UNKNOWN_FIELD"
    SCHEMA_VERSION_UNKNOWN = "SCHEMA_VERSION_UNKNOWN"
    BAD_EVENT_ID = "BAD_EVENT_ID"
    BAD_TICKET_ID = "BAD_TICKET_ID"
    UNKNOWN_EVENT_TYPE = "UNKNOWN_EVENT_TYPE"
    UNKNOWN_CHANNEL = "UNKNOWN_CHANNEL"
    UNKNOWN_PQRS_TYPE = "UNKNOWN_PQRS_TYPE"
    UNKNOWN_PRIORITY = "UNKNOWN_PRIORITY"
    UNKNOWN_ROLE = "UNKNOWN_ROLE"
    UNKNOWN_STATUS = "UNKNOWN_STATUS"
    UNKNOWN_GEO = "UNKNOWN_GEO"
    STRING_TOO_LONG = "STRING_TOO_LONG"
    EMPTY_TEXT = "EMPTY_TEXT"
    TEXT_LENGTH_MISMATCH = "TEXT_LENGTH_MISMATCH"
    SIZE_NOT_POSITIVE = "SIZE_NOT_POSITIVE"
    CHANNEL_MISMATCH = "CHANNEL_MISMATCH"
    # Its time.
    TS_UNPARSABLE = "TS_UNPARSABLE"
    TS_NO_OFFSET = "TS_NO_OFFSET"
    TS_OUT_OF_RANGE = "TS_OUT_OF_RANGE"
    TS_DAY_MISMATCH = "TS_DAY_MISMATCH"
    # The events of an object beside each other.
    DUP_EVENT_SAME_PAYLOAD = "DUP_EVENT_SAME_PAYLOAD"
    DUP_EVENT_CONFLICT = "DUP_EVENT_CONFLICT"
    # What only the world can show: judged in silver.
    ORPHAN_EVENT = "ORPHAN_EVENT"
    INVALID_TRANSITION = "INVALID_TRANSITION"
    CLOSED_BEFORE_CREATED = "CLOSED_BEFORE_CREATED"


# Counted, not set aside: the line or the object is good all the same.
NOTES: Final = frozenset(
    {Reason.EMPTY_FILE, Reason.UTF8_BOM_START, Reason.MISSING_FINAL_NEWLINE, Reason.CRLF}
)

# The object is not what its manifest says: the layer stops, nothing is judged.
STOPPING: Final = frozenset(
    {
        Reason.SIZE_MISMATCH,
        Reason.SHA_MISMATCH,
        Reason.OBJECT_MISSING,
        Reason.OBJECT_EXTRA,
        Reason.MANIFEST_INVALID,
    }
)

# Set aside without loss of information: they do not count against the quarantine limit.
HARMLESS: Final = frozenset({Reason.DUP_EVENT_SAME_PAYLOAD})

ORDER: Final = {reason: position for position, reason in enumerate(Reason)}
