"""What the contract knows: the values an event may carry, and why a line is not taken as it is.

The values are read from the seeds. Each reason has one code, in a fixed order, and a line that
several codes fit gets the first of them. Bronze refuses whatever the quality gate of bronze forbids
of a single line, so that a bad line costs that line and not the run.
"""

import csv
import hashlib
import json
import re
import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from orchestration.errors import UsageError

# Raised when a line may be judged otherwise than before: quarantine rows carry it.
RULES_VERSION: Final = "3"


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
    UNKNOWN_OUTCOME = "UNKNOWN_OUTCOME"
    UNKNOWN_PETITIONER = "UNKNOWN_PETITIONER"
    BAD_OFFICE_ID = "BAD_OFFICE_ID"
    AGENT_NOT_PSEUDONYMOUS = "AGENT_NOT_PSEUDONYMOUS"
    EXTENSION_DAYS_INVALID = "EXTENSION_DAYS_INVALID"
    OUTCOME_WITHOUT_RESPONSE = "OUTCOME_WITHOUT_RESPONSE"
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
    INVALID_EXTENSION = "INVALID_EXTENSION"
    UNKNOWN_OFFICE = "UNKNOWN_OFFICE"
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


MAX_LINE_BYTES: Final = 1 << 20
MAX_DEPTH: Final = 32
MAX_KEYS: Final = 64
MAX_NUMBER_CHARACTERS: Final = 64
MAX_TEXT_CHARACTERS: Final = 65_536
MAX_STRING_CHARACTERS: Final = 256
MAX_COUNT: Final = 1_000_000_000

EVENT_TYPES: Final = (
    "TICKET_CREATED", "MESSAGE_ADDED", "STATUS_CHANGED", "ATTACHMENT_ADDED", "TERM_EXTENDED"
)  # fmt: skip
OUTCOMES: Final = ("ANSWERED", "TRANSFERRED", "DENIED", "WITHDRAWN")
PETITIONER_KINDS: Final = ("natural", "juridica")
# No extension is longer than the longest term, and no term than the 35 days of the emergency.
MAX_EXTENSION_DAYS: Final = 60
OFFICE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
# Letters and a short number, or a hash: a name, an e-mail address or an identity number is neither.
AGENT_ID: Final = re.compile(
    r"[A-Za-z]{1,8}[_-][0-9]{1,6}|[A-Za-z]{1,3}[0-9]{1,6}|[0-9a-f]{16,64}"
    r"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    re.ASCII,
)


@dataclass(frozen=True)
class GeoPlace:
    """A municipality: its DIVIPOLA code of five digits, natural region and name."""

    geo_code: str
    region: str
    municipio: str


# Compared by identity: `unpack` gives one object per process, and caches depend on it.
@dataclass(frozen=True, eq=False)
class Rules:
    """The known values of each field."""

    channels: tuple[str, ...]
    pqrs_types: tuple[str, ...]
    priorities: tuple[str, ...]
    statuses: tuple[str, ...]
    roles: tuple[str, ...]
    actor_roles: tuple[str, ...]
    places: tuple[GeoPlace, ...] = field(repr=False)

    @cached_property
    def by_code(self) -> dict[str, tuple[str, str]]:
        """DIVIPOLA code to region and municipality."""
        return {place.geo_code: (place.region, place.municipio) for place in self.places}

    @cached_property
    def named(self) -> frozenset[tuple[str, str]]:
        """Every pair of region and municipality."""
        return frozenset((place.region, place.municipio) for place in self.places)

    @cached_property
    def version(self) -> str:
        """The version of the rules and of the known values, for quarantine rows and builds."""
        return f"{RULES_VERSION}-{hashlib.sha256(self._json()).hexdigest()[:12]}"

    def pack(self) -> bytes:
        """A small form to send with a task; `unpack` reads it."""
        return zlib.compress(self._json())

    def _json(self) -> bytes:
        content = {
            "channels": self.channels,
            "pqrs_types": self.pqrs_types,
            "priorities": self.priorities,
            "statuses": self.statuses,
            "roles": self.roles,
            "actor_roles": self.actor_roles,
            "places": [(place.geo_code, place.region, place.municipio) for place in self.places],
        }
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


@lru_cache(maxsize=4)
def unpack(packed: bytes) -> Rules:
    """The rules that `Rules.pack` wrote; once per process for the same rules."""
    content = json.loads(zlib.decompress(packed))
    places = tuple(GeoPlace(*place) for place in content.pop("places"))
    return Rules(places=places, **{name: tuple(values) for name, values in content.items()})


def load_rules(project_root: Path) -> Rules:
    """Read the seeds.

    Raises:
        UsageError: A seed is missing or has no such column.
    """
    seeds = project_root / "seeds"
    places = tuple(
        GeoPlace(*row) for row in _columns(seeds, "dim_geo", "geo_id", "region", "municipio")
    )
    return Rules(
        channels=_values(seeds, "dim_channel", "channel_id"),
        pqrs_types=_values(seeds, "dim_pqrs_type", "type_id"),
        priorities=_values(seeds, "dim_priority", "priority_id"),
        statuses=_values(seeds, "dim_status", "status_id"),
        # dim_role also names people's roles, which events do not carry.
        roles=("citizen", "agent"),
        actor_roles=("system", "agent"),
        places=places,
    )


def _values(seeds: Path, name: str, column: str) -> tuple[str, ...]:
    return tuple(row[0] for row in _columns(seeds, name, column))


def _columns(seeds: Path, name: str, *columns: str) -> list[tuple[str, ...]]:
    path = seeds / f"{name}.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [tuple(row[column] for column in columns) for row in csv.DictReader(file)]
    except OSError as error:
        raise UsageError(f"seed {path} cannot be read: {error.strerror}") from None
    except KeyError as error:
        raise UsageError(f"seed {path} has no column {error}") from None
