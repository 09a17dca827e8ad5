"""Every S3 key of the lake. Nobody else builds one."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from orchestration.errors import UsageError
from orchestration.run import Run

Layer = Literal["raw", "bronze", "enrichment", "silver", "gold", "serving"]

RAW_DATASET: Final = "pqrs"
ORIGINAL_DATASET: Final = "original"
REJECTED_DATASET: Final = "rejected"
BRONZE_DATASET: Final = "pqrs_events"
QUARANTINE_DATASET: Final = "quarantine"
EVENT_INDEX_DATASET: Final = "event_index"
ANSWERS_DATASET: Final = "preclassification"
MENTIONS_DATASET: Final = "message_entities"
# Of silver alone: it is said beside the type.
TOPICS_DATASET: Final = "case_topics"

# The Parquet layers; raw has keys of its own.
PARQUET_LAYERS: Final = ("bronze", "enrichment", "silver", "gold", "truth")


@dataclass(frozen=True)
class _Rule:
    """What a part of a key may be: its characters, how many of them, and how people say both."""

    characters: str
    length: str
    shape: re.Pattern[str]
    limit: re.Pattern[str]


_NAME = _Rule(
    "a to z, 0 to 9 and _, beginning with a letter",
    "up to 63",
    re.compile(r"[a-z][a-z0-9_]*"),
    re.compile(r".{1,63}"),
)
_PARTITION = _Rule(
    "COLUMN=VALUE, the column of a to z and _, the value of letters, digits, _ and -",
    "up to 31 before each = and 64 after it",
    re.compile(r"[a-z][a-z_]*=[A-Za-z0-9_-]+(/[a-z][a-z_]*=[A-Za-z0-9_-]+)*"),
    re.compile(r"[^=/]{1,31}=[^=/]{1,64}(/[^=/]{1,31}=[^=/]{1,64})*"),
)
_SHA256 = _Rule("0 to 9 and a to f", "64", re.compile(r"[0-9a-f]+"), re.compile(r".{64}"))
_BUILD = _Rule("0 to 9 and a to f", "12 to 64", re.compile(r"[0-9a-f]+"), re.compile(r".{12,64}"))


class InvalidKeyError(UsageError):
    """A part of a key has characters that a key may not have, or too many or too few."""


def source_day(source: str, day: date) -> str:
    """The partition of raw and bronze: `source=email/day=2025-09-01`."""
    return f"source={_checked(_NAME, 'source', source)}/day={day.isoformat()}"


def parse_source_day(partition: str) -> tuple[str, date]:
    """The source and the day of a partition that `source_day` wrote.

    Raises:
        InvalidKeyError: Another kind of partition.
    """
    found = re.fullmatch(r"source=([a-z][a-z0-9_]{0,62})/day=(\d{4}-\d\d-\d\d)", partition)
    try:
        if found is not None:
            return found[1], date.fromisoformat(found[2])
    except ValueError:
        pass
    raise InvalidKeyError(f"no partition of a source and a day: {partition!r}")


def raw_object(run: Run, source: str, day: date) -> str:
    """The events of one source on one day."""
    return f"raw/{RAW_DATASET}/{source_day(source, day)}/run_id={run.run_id}/events.jsonl"


def original(run: Run, sha256: str, name: str) -> str:
    """A file as it was delivered, under a name that is safe in any key."""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", name).lstrip(".")[-80:] or "file"
    short = _checked(_SHA256, "sha256", sha256)[:12]
    return f"raw/{ORIGINAL_DATASET}/run_id={run.run_id}/{short}-{safe}"


def rejected(run: Run) -> str:
    """The rows of a delivery that did not become a case, each with its reason."""
    return f"raw/{REJECTED_DATASET}/run_id={run.run_id}/rows.jsonl"


def part(layer: str, dataset: str, partition: str, run: Run, sha256: str) -> str:
    """A Parquet part; its name carries its content.

    Raises:
        InvalidKeyError: `layer`, `dataset`, `partition` or `sha256` malformed.
    """
    if layer not in PARQUET_LAYERS:
        raise InvalidKeyError(f"layer {layer!r} is not one of {', '.join(PARQUET_LAYERS)}")
    _checked(_NAME, "dataset", dataset)
    _checked(_PARTITION, "partition", partition)
    _checked(_SHA256, "sha256", sha256)
    return f"{layer}/{dataset}/{partition}/run_id={run.run_id}/part-{sha256[:12]}.parquet"


def event_index(run: Run, sha256: str) -> str:
    """Which bronze objects of a run hold events of which cases."""
    short = _checked(_SHA256, "sha256", sha256)[:12]
    return f"bronze/{EVENT_INDEX_DATASET}/run_id={run.run_id}/part-{short}.parquet"


def manifest(run: Run, layer: str, build_id: str) -> str:
    """A layer's manifest: raw has one a run, the others one a build."""
    _checked(_BUILD, "build_id", build_id)
    name = "manifest" if layer == "raw" else f"{_checked(_NAME, 'layer', layer)}-{build_id[:12]}"
    return f"{manifests_prefix(run)}{name}.json"


def checksums(run: Run) -> str:
    """The sha256 of every raw object of a run."""
    return f"{manifests_prefix(run)}checksums.json"


def manifests_prefix(run: Run) -> str:
    """Where the manifests of a run lie, under its first day."""
    return f"manifests/day={run.date_min.isoformat()}/run_id={run.run_id}/"


def pipeline_log(run: Run) -> str:
    """The log of a run; the only object that grows."""
    return f"logs/day={run.date_min.isoformat()}/run_id={run.run_id}/pipeline.log"


def journal_prefix() -> str:
    """Where the journals of control planes lie: what of them outlives their database."""
    return "journal/"


def journal_entry(journal_id: UUID, entry: int, sha256: str) -> str:
    """An entry of a journal. Its name carries its content: a number may be used twice."""
    short = _checked(_SHA256, "sha256", sha256)[:12]
    return f"{journal_prefix()}{journal_id}/{entry:08d}-{short}.jsonl.gz"


def sandbox_prefix() -> str:
    """Where `dbt build` writes, per user, as macros/lake/export_partitions.sql does."""
    return "dev/"


def tables_prefix() -> str:
    """Where the metadata of the Iceberg tables lie; their data are the parts of silver and gold."""
    return "iceberg/"


def data_prefixes() -> tuple[str, ...]:
    """Where data objects lie: what verification and collection look through."""
    return ("raw/", "manifests/", *(f"{layer}/" for layer in PARQUET_LAYERS))


def run_of_key(key: str) -> UUID | None:
    """The run whose object this key names; None for a key of another shape."""
    found = re.search(r"/run_id=([0-9a-f-]{36})/", key)
    try:
        return UUID(found[1]) if found else None
    except ValueError:
        return None


def _checked(rule: _Rule, name: str, value: str) -> str:
    if not rule.shape.fullmatch(value):
        raise InvalidKeyError(
            f"{name} has characters that a key may not have: {value!r}; use {rule.characters}"
        )
    if not rule.limit.fullmatch(value):
        raise InvalidKeyError(
            f"{name} has {len(value)} characters, a key takes {rule.length}: {value!r}"
        )
    return value
