"""What one size was measured to cost, what the lake says of it, and the file that keeps figures."""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import psycopg

from benchmarks.home import new_home
from benchmarks.processes import watched
from benchmarks.scaling.sizes import Size, last_day, options
from orchestration.errors import UsageError, WorkFailed
from orchestration.services import lifecycle, postgres_place
from orchestration.services.disk import free_bytes
from orchestration.settings import Settings, load_settings

_FOLDERS: Final = ("s3", "prefect", "objects")
_OBJECTS = "select layer, count(*), sum(size)::bigint from meta.committed_objects group by layer"
_LAYERS = (
    "select task, sum(seconds)::float from meta.task_runs where status = 'SUCCEEDED'"
    " group by task order by min(task_run_id)"
)
_RUN = "select status, bronze_rows, pg_database_size(current_database()) from meta.etl_runs"
_NOT_PASSED = """
select format('%s %s %s: %s', layer, dataset, check_name, coalesce(value::text, result))
from meta.current_checks where is_of_current_build and result in ('WARN', 'FAIL', 'ERROR')
order by data_quality_id
"""


@dataclass(frozen=True)
class Record:
    """The figures of one size: seconds and bytes, by part, layer or folder."""

    days: int
    rate: int
    status: str
    events: int
    seconds: float
    cpu: dict[str, float]
    peak: dict[str, int]
    together: int
    layers: dict[str, float]
    objects: dict[str, int]
    bytes: dict[str, int]
    postgres_bytes: int
    disk: dict[str, int]
    disk_at_most: int
    free: int
    # What made the run DEGRADED.
    not_passed: list[str] = field(default_factory=list)

    @property
    def size(self) -> Size:
        return Size(self.days, self.rate)

    @property
    def cpu_seconds(self) -> float:
        return sum(self.cpu.values())

    @property
    def millions(self) -> float:
        return self.events / 1e6

    @property
    def lasting_bytes(self) -> int:
        """What events add to on the disk: not PostgreSQL's log, which has a bound."""
        return self.disk["s3"] + self.disk["objects"] + self.postgres_bytes


def measured(size: Size) -> Record:
    """Take a new home through one run of this size.

    Raises:
        WorkFailed: The command failed; what it said is above.
    """
    with new_home() as chosen:
        lifecycle.up(chosen)
        settings = load_settings({"PQR_HOME": str(chosen.home)})
        arguments = ("run", *options(size, settings.home), "--quiet")
        # A world may end after the day on which it is measured.
        usage = watched(settings.home, arguments, {"PQR_TODAY": last_day(size).isoformat()})
        if usage.exit_code != 0:
            raise WorkFailed(f"size {size}: `pqr {' '.join(arguments)}` ended {usage.exit_code}")
        with psycopg.connect(settings.postgres.dsn) as connection:
            ((status, events, postgres_bytes),) = connection.execute(_RUN).fetchall()
            layers = connection.execute(_LAYERS).fetchall()
            lake = connection.execute(_OBJECTS).fetchall()
            not_passed = connection.execute(_NOT_PASSED).fetchall()
        return Record(
            days=size.days,
            rate=size.rate,
            status=status,
            events=events,
            seconds=usage.seconds,
            cpu=usage.cpu,
            peak=usage.peak,
            together=usage.together,
            layers=dict(layers),
            objects={layer: count for layer, count, _ in lake},
            bytes={layer: total for layer, _, total in lake},
            postgres_bytes=postgres_bytes,
            disk=_on_disk(settings),
            disk_at_most=usage.disk,
            free=free_bytes(settings.home),
            not_passed=[check for (check,) in not_passed],
        )


def _on_disk(settings: Settings) -> dict[str, int]:
    """Bytes that the home takes, by folder; PostgreSQL's may lie outside of it."""
    sizes = {name: _taken(settings.home / name) for name in _FOLDERS}
    sizes["rest"] = _taken(settings.home) - sum(sizes.values())
    outside = postgres_place.folder_of(settings.home)
    sizes["postgres"] = _taken(outside)
    if outside.is_relative_to(settings.home.resolve()):
        sizes["rest"] -= sizes["postgres"]
    return sizes


def _taken(folder: Path) -> int:
    blocks = {}
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):  # servers go on working
                stat = os.lstat(os.path.join(place, name))
                blocks[stat.st_dev, stat.st_ino] = stat.st_blocks
    return 512 * sum(blocks.values())


def load(path: Path | None) -> list[Record]:
    """The records that earlier calls kept; none where there is no file yet.

    Raises:
        UsageError: The file holds something else.
    """
    if path is None or not path.exists():
        return []
    try:
        return [Record(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"{path} is not a file of figures: {error}; name another") from None


def keep(records: Iterable[Record], path: Path | None) -> None:
    """Write all records, in whole or not at all."""
    if path is not None:
        partial = path.with_name(path.name + ".part")
        entries = [asdict(record) for record in records]
        partial.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")
        partial.replace(path)
