"""What a layer of a run holds, as canonical bytes with a sha256 of their own."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, cast
from uuid import UUID

from orchestration.errors import WorkFailed
from orchestration.lake.paths import (
    ANSWERS_DATASET,
    EVENT_INDEX_DATASET,
    MENTIONS_DATASET,
    TOPICS_DATASET,
    Layer,
)

FORMAT = 2


class ManifestInvalid(WorkFailed):
    """MANIFEST_INVALID: bytes that are not a manifest of this format."""


@dataclass(frozen=True)
class LineCounts:
    """What became of the lines of raw objects: `lines` = `bronze` + all of `quarantined`.

    `quarantined` counts lines by reason code; `notes` counts what was tolerated, by note code.
    """

    lines: int = 0
    bronze: int = 0
    quarantined: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def total(cls, parts: Iterable["LineCounts"]) -> "LineCounts":
        """The counts of several objects, added up; reasons in the order of their codes."""
        lines = bronze = 0
        quarantined, notes = Counter[str](), Counter[str]()
        for part in parts:
            lines += part.lines
            bronze += part.bronze
            quarantined.update(part.quarantined)
            notes.update(part.notes)
        return cls(lines, bronze, dict(sorted(quarantined.items())), dict(sorted(notes.items())))

    @property
    def quarantined_lines(self) -> int:
        """Lines in quarantine, whatever the reason."""
        return sum(self.quarantined.values())

    def to_json(self) -> dict[str, Any]:
        """The `counts` of a bronze object or manifest; meta.quarantine_reasons reads them."""
        return {
            "lines": self.lines,
            "bronze": self.bronze,
            "quarantined": dict(self.quarantined),
            "notes": dict(self.notes),
        }

    @classmethod
    def from_json(cls, counts: Mapping[str, Any]) -> "LineCounts":
        """Read what `to_json` wrote.

        Raises:
            ManifestInvalid: A field is missing, unknown or not a count.
        """
        try:
            found = cls(**counts)
            numbers = [found.lines, found.bronze]
            numbers += [*found.quarantined.values(), *found.notes.values()]
        except (TypeError, AttributeError) as error:
            raise ManifestInvalid(f"MANIFEST_INVALID: counts {dict(counts)!r}: {error}") from None
        if not {"lines", "bronze"} <= set(counts) or any(
            not isinstance(number, int) or number < 0 for number in numbers
        ):
            raise ManifestInvalid(f"MANIFEST_INVALID: counts {dict(counts)!r}")
        return found


class Edge(NamedTuple):
    """A dataset and one that it is made from; `seed_sha256` when that is a reference list."""

    dataset: str
    input_layer: str
    input_dataset: str
    seed_sha256: str | None = None


class ManifestInput(NamedTuple):
    """A manifest that a layer was made of."""

    run_id: UUID
    layer: str
    sha256: str


@dataclass(frozen=True)
class ObjectRef:
    """An object of a layer: `size` in bytes, `rows` lines or records.

    `counts` of a bronze object are those of `LineCounts`, of a raw object its lines and tickets.
    """

    key: str
    dataset: str
    partition: str
    size: int
    sha256: str
    rows: int
    counts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """The content of a layer of a run; no clock, host or attempt, so that bytes can be compared."""

    layer: Layer
    run_id: UUID
    world_id: UUID
    date_min: date
    date_max: date
    build_id: str
    previous_sha256: str | None
    inputs: tuple[ManifestInput, ...]
    objects: tuple[ObjectRef, ...]
    counts: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows of all objects.

        What was delivered in another form, or set aside, does not count, nor does in silver what
        models say: its rows are those of the events.
        """
        aside = ("original", "rejected", "quarantine", EVENT_INDEX_DATASET)
        said = (ANSWERS_DATASET, MENTIONS_DATASET, TOPICS_DATASET)
        left_out = (*aside, *said) if self.layer == "silver" else aside
        return sum(ref.rows for ref in self.objects if ref.dataset not in left_out)

    @property
    def size(self) -> int:
        """Bytes of all objects."""
        return sum(ref.size for ref in self.objects)

    @property
    def sha256(self) -> str:
        """The sha256 of `to_bytes()`."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def to_bytes(self) -> bytes:
        """Canonical JSON: sorted keys, objects in the order of their keys, one final newline."""
        content = {
            "format": FORMAT,
            "layer": self.layer,
            "run_id": str(self.run_id),
            "world_id": str(self.world_id),
            "date_min": self.date_min.isoformat(),
            "date_max": self.date_max.isoformat(),
            "build_id": self.build_id,
            "previous_sha256": self.previous_sha256,
            "inputs": [[str(run_id), layer, sha256] for run_id, layer, sha256 in self.inputs],
            "objects": [
                {
                    "key": ref.key,
                    "dataset": ref.dataset,
                    "partition": ref.partition,
                    "size": ref.size,
                    "sha256": ref.sha256,
                    "rows": ref.rows,
                    "counts": dict(ref.counts),
                }
                for ref in sorted(self.objects, key=lambda ref: ref.key)
            ],
            "counts": dict(self.counts),
            "parameters": dict(self.parameters),
        }
        return json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False).encode() + b"\n"

    @classmethod
    def from_bytes(cls, body: bytes) -> "Manifest":
        """Read what `to_bytes` wrote.

        Raises:
            ManifestInvalid: Not JSON, another format, or a field missing or malformed.
        """
        try:
            content = json.loads(body)
            if content["format"] != FORMAT:
                raise ManifestInvalid(
                    f"MANIFEST_INVALID: format {content['format']!r}, this version reads format"
                    f" {FORMAT}: use the version that wrote the lake, or start a new one"
                )
            return cls(
                layer=cast(Layer, content["layer"]),
                run_id=UUID(content["run_id"]),
                world_id=UUID(content["world_id"]),
                date_min=date.fromisoformat(content["date_min"]),
                date_max=date.fromisoformat(content["date_max"]),
                build_id=content["build_id"],
                previous_sha256=content["previous_sha256"],
                inputs=tuple(
                    ManifestInput(UUID(run_id), layer, sha256)
                    for run_id, layer, sha256 in content["inputs"]
                ),
                objects=tuple(ObjectRef(**ref) for ref in content["objects"]),
                counts=content["counts"],
                parameters=content["parameters"],
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ManifestInvalid(f"MANIFEST_INVALID: {type(error).__name__}: {error}") from None


GZIP = b"\x1f\x8b"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def count_lines(body: bytes) -> int:
    """Pieces between bytes 0x0A; a last piece counts unless it is empty.

    An object of another format (compressed, UTF-16) has no lines of ours and counts as one.
    """
    if body.startswith((GZIP, *UTF16_MARKS)):
        return 1
    return body.count(b"\n") + (not body.endswith(b"\n") and bool(body))
