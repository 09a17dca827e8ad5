"""Who a world and a run are: identities that depend on inputs alone, never on a clock or a host."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID, uuid5

from orchestration.errors import UsageError

# Fixed for ever: every identity of every lake hangs on it.
NAMESPACE = UUID("6f0d3c1e-8f5a-5c1b-9a54-0a6d2d1f7b11")

Kind = Literal["simulated", "ingested"]


class InvalidRangeError(UsageError):
    """A range of days that ends before it starts, or starts before its world."""


@dataclass(frozen=True)
class World:
    """What the inputs of the events fix, whatever the range of days.

    `config_hash` and `code_hash` are sha256 in hexadecimal; `first_day` is the Colombian day on
    which the world begins, empty.
    """

    world_id: UUID
    seed: int
    config_hash: str
    code_hash: str
    first_day: date
    kind: Kind

    @classmethod
    def simulated(cls, seed: int, config_hash: str, code_hash: str, first_day: date) -> "World":
        """The world that the simulator makes of these inputs."""
        world_id = _world_id({"seed": seed, "config_hash": config_hash, "code_hash": code_hash})
        return cls(world_id, seed, config_hash, code_hash, first_day, "simulated")

    @classmethod
    def ingested(cls, name: str, first_day: date) -> "World":
        """The world of foreign events that deliveries under `name` add to."""
        name_hash = hashlib.sha256(name.encode()).hexdigest()
        code_hash = hashlib.sha256(b"ingested").hexdigest()
        world_id = _world_id({"ingested": name})
        return cls(world_id, 0, name_hash, code_hash, first_day, "ingested")


@dataclass(frozen=True)
class Run:
    """A range of days of a world, both ends included."""

    run_id: UUID
    world: World
    date_min: date
    date_max: date

    @classmethod
    def of(cls, world: World, date_min: date, date_max: date, delivery: str = "") -> "Run":
        """The run of these days.

        Args:
            world: Where the days lie.
            date_min: First day.
            date_max: Last day.
            delivery: sha256 of what an ingested run was made of. Two deliveries of the same days
                are two runs; a simulated run has none.

        Raises:
            InvalidRangeError: The range ends before it starts, or starts before its world.
        """
        if date_max < date_min:
            raise InvalidRangeError(f"the range ends on {date_max}, before it starts on {date_min}")
        if world.kind == "simulated" and date_min < world.first_day:
            raise InvalidRangeError(
                f"the range starts on {date_min}, before the first day {world.first_day}"
                f" of world {world.world_id}"
            )
        name = f"{world.world_id}/{date_min}/{date_max}" + (f"/{delivery}" if delivery else "")
        return cls(uuid5(NAMESPACE, name), world, date_min, date_max)

    @property
    def days(self) -> list[date]:
        """Every day of the run, in order."""
        count = (self.date_max - self.date_min).days + 1
        return [self.date_min + timedelta(days=offset) for offset in range(count)]


@dataclass(frozen=True)
class Claim:
    """What a running attempt holds.

    `attempt` counts the tries of the run, `holder` those who held the lock of its world: together
    the fencing token. Without `holder` the lock's connection alone guards the world.
    """

    run: Run
    attempt: int
    holder: int | None = None


def _world_id(identity: dict[str, object]) -> UUID:
    return uuid5(NAMESPACE, json.dumps(identity, sort_keys=True, separators=(",", ":")))
