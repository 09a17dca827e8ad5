"""The names that a delivery comes under: its channel, and the world that it adds to."""

from typing import Final

from orchestration.errors import UsageError
from orchestration.wording import printable, shown

SOURCES: Final = ("email", "webform", "chat", "call", "other_digital", "in_person", "postal")
# People read it in lists and type it: `pqr sql --world NAME`.
_LONGEST_WORLD: Final = 100


class IngestError(UsageError):
    """A delivery that lacks a mapping, or a source or a world that there cannot be."""


def require_source(source: str) -> None:
    """Raise IngestError for what is not a channel of events."""
    if source not in SOURCES:
        raise IngestError(f"--source {shown(source)} is not one of {', '.join(SOURCES)}")


def require_world(world: str) -> None:
    """Raise IngestError for a name that nobody could read or type again."""
    if not world.strip():
        raise IngestError("--world is empty: give the lake of these deliveries a name")
    if len(world) > _LONGEST_WORLD:
        raise IngestError(
            f"--world {printable(world)} has {len(world):,} characters: give a name of at most"
            f" {_LONGEST_WORLD}"
        )
    if not world.isprintable():
        raise IngestError(
            f"--world {printable(world)} has line breaks or other characters that nobody sees:"
            " give a name without them"
        )
