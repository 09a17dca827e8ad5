"""What a job that makes a layer hands back, and how it tells of its progress."""

from collections.abc import Callable
from dataclasses import dataclass

from orchestration.lake.committed import CommittedManifest
from orchestration.lake.manifest import Manifest

# Called with objects done, objects in all, rows so far, bytes so far.
OnProgress = Callable[[int, int, int, int], None]


@dataclass(frozen=True)
class LayerResult:
    """A committed layer. `was_committed`: it was there already, and nothing had to be done."""

    committed: CommittedManifest
    manifest: Manifest
    was_committed: bool


def no_progress(done: int, total: int, rows: int, size: int) -> None:
    """Tell nobody."""
