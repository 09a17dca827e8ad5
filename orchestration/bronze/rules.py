"""What the contract knows: the values an event may carry, read from the seeds."""

import csv
import hashlib
import json
import zlib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from orchestration.bronze.reasons import RULES_VERSION
from orchestration.errors import UsageError

MAX_LINE_BYTES: Final = 1 << 20
MAX_DEPTH: Final = 32
MAX_KEYS: Final = 64
MAX_NUMBER_CHARACTERS: Final = 64
MAX_TEXT_CHARACTERS: Final = 65_536
MAX_STRING_CHARACTERS: Final = 256
MAX_COUNT: Final = 1_000_000_000

EVENT_TYPES: Final = ("TICKET_CREATED", "MESSAGE_ADDED", "STATUS_CHANGED", "ATTACHMENT_ADDED")


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
