"""The bronze that enrichment of a run reads: all that counts on the days of the run.

A later delivery may replace one source of a day. What models say of that day is then said anew of
every source: an object of enrichment always covers its whole day.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

import psycopg

from orchestration.lake.committed import CommittedManifest, newest_manifests
from orchestration.lake.manifest import ManifestInput, ObjectRef
from orchestration.lake.paths import BRONZE_DATASET, parse_source_day

_OBJECTS = """
select objects.run_id, objects.key, dataset, partition, size, sha256, objects.rows
from meta.committed_objects as objects
where world_id = %(world)s and layer = 'bronze' and dataset = %(dataset)s
    and right(partition, 10) in (
        select right(own.partition, 10) from meta.manifest_objects as own
        where own.manifest_seq = %(manifest)s and own.dataset = %(dataset)s
    )
order by partition
"""


@dataclass(frozen=True)
class BronzeOfDays:
    """What counts on the days of a run.

    Attributes:
        own: The bronze of the run itself.
        inputs: The manifests that name the objects.
        objects: In the order of their partitions.
    """

    own: CommittedManifest
    inputs: tuple[ManifestInput, ...]
    objects: tuple[ObjectRef, ...]

    @property
    def rows(self) -> int:
        """Lines of all objects."""
        return sum(ref.rows for ref in self.objects)

    @property
    def sha256(self) -> str:
        """Digest of all that is read; keys end in the digests of their objects."""
        digest = hashlib.sha256(self.own.sha256.encode())
        for ref in self.objects:
            digest.update(f"\n{ref.key}".encode())
        return digest.hexdigest()

    def by_day(self) -> dict[date, tuple[ObjectRef, ...]]:
        """The objects of each day, in the order of the days."""
        days: dict[date, tuple[ObjectRef, ...]] = {}
        for ref in self.objects:
            day = parse_source_day(ref.partition)[1]
            days[day] = (*days.get(day, ()), ref)
        return dict(sorted(days.items()))


def bronze_of_days(connection: psycopg.Connection, own: CommittedManifest) -> BronzeOfDays:
    """The bronze that counts on the days of a run, whose own was committed as `own`."""
    rows = connection.execute(
        _OBJECTS,
        {"world": own.world_id, "dataset": BRONZE_DATASET, "manifest": own.manifest_seq},
    ).fetchall()
    runs = {own.run_id, *(row[0] for row in rows)}
    manifests = newest_manifests(connection, own.world_id, "bronze")
    return BronzeOfDays(
        own,
        tuple(
            ManifestInput(one.run_id, one.layer, one.sha256)
            for one in manifests
            if one.run_id in runs
        ),
        tuple(ObjectRef(*row[1:]) for row in rows),
    )
