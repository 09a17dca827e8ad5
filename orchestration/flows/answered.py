"""A run that has nothing to do, answered from the control plane: no Prefect, dbt or Dask.

The end of a published run is kept under PQR_HOME, under a fingerprint of all that decides a run:
the code, the dbt project, every installed package, the configuration, the services, the request.
The next command answers from it if the control plane is in the state that the run left, and every
object is in the bucket with its size. Whatever differs, or cannot be asked, is for the real run.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from orchestration.errors import PqrError
from orchestration.flows.summary import Kpi, published_kpis
from orchestration.lake.committed import (
    are_present,
    committed_manifests,
    read_manifest,
    registered_publication,
)
from orchestration.lake.store import ObjectStore
from orchestration.meta.connection import open_connection
from orchestration.progress import StepEvent
from orchestration.publication.declared import is_as_noted
from orchestration.settings import Settings

# Of the project: what a run imports, what dbt reads, what migrates the database.
_CODE = (
    "orchestration", "simulator", "dbt_project", "macros", "seeds", "tests/dbt", "infra/migrations",
)  # fmt: skip
_FILES = ("dbt_project.yml", "profiles.yml", "selectors.yml", "pyproject.toml")
_COMPILED = (".pyc", ".so")

# All of a world that a run of it reads or moves. Numbers grow with every commit, publication and
# verdict, and hashes change with what stands in the rows.
_STATE = """
select
    (select publication_id from meta.current_publication),
    (
        select md5(string_agg(concat_ws(' ', publication_id, run_id, status), ','))
        from meta.publications join meta.current_publication using (publication_id)
    ),
    (
        select md5(string_agg(
            concat_ws(' ', run_id, status, attempt, date_min, date_max), ',' order by run_id
        )) from meta.etl_runs where world_id = %(world)s
    ),
    (
        select md5(string_agg(
            concat_ws(' ', manifest_seq, effective_seq, build_id, manifest_sha256, rows), ','
            order by manifest_seq
        )) from meta.manifest_index where world_id = %(world)s
    ),
    (
        select md5(string_agg(
            concat_ws(' ', batch_id, object_sha256, served_code, rows, landed_at is not null), ','
            order by batch_id
        )) from meta.batches
        join meta.publication_batches using (batch_id)
        join meta.current_publication using (publication_id)
    ),
    (
        select md5(string_agg(
            concat_ws(' ', data_quality_id, result, severity, build_id, judged_by), ','
            order by data_quality_id
        )) from meta.data_quality where run_id = %(run)s
    ),
    (
        select md5(string_agg(
            concat_ws(' ', manifest_seq, key, size, sha256), ',' order by manifest_seq, key
        ))
        from meta.manifest_objects join meta.manifest_index using (manifest_seq)
        where run_id = %(run)s
    )
"""


@dataclass(frozen=True)
class Answer:
    """What a run that changed nothing reports; `report` is its JSON."""

    report: Mapping[str, Any]
    seed: int
    kpis: tuple[Kpi, ...]
    changed: bool = False

    @property
    def status(self) -> str:
        """PUBLISHED or DEGRADED, as the run that did the work ended."""
        return str(self.report["status"])

    @property
    def attempt(self) -> int:
        """The attempt that is published."""
        return int(self.report["attempt"])

    @property
    def days(self) -> tuple[str, str]:
        """First and last day."""
        return self.report["date_min"], self.report["date_max"]

    def events(self) -> Iterator[StepEvent]:
        """The layers, as a run shows those that it skips."""
        for step in self.report["steps"]:
            note = "committed before, unchanged"
            yield StepEvent(step["step"], "skipped", 0, 0, step["rows"], step["size"], 0.0, note)


def fingerprint(settings: Settings, request: Mapping[str, object], config: Path | None) -> str:
    """Hash all that decides what a command does, but the state of the lake.

    Args:
        settings: The project, the home and the services.
        request: The options of the command.
        config: The configuration file that it names, if it does.
    """
    digest = hashlib.sha256()

    def add(*facts: object) -> None:
        digest.update(json.dumps(facts, default=str).encode() + b"\n")

    add(sys.version, sys.prefix, *sorted(_packages()))
    add({name: str(value) for name, value in request.items()})
    s3, url = settings.s3, settings.postgres.url
    add(s3.endpoint_url, s3.bucket, url.host, url.port, url.database, url.user, settings.today)
    add(asdict(settings.enrichment), hashlib.sha256(settings.pii_key or b"").hexdigest())
    for pointer in ("in_use", "encoder_in_use"):
        with suppress(OSError):  # the model of the package
            add((settings.home / "models" / pointer).read_text("utf-8"))
    with suppress(OSError):  # the run says that it cannot be read
        add(None if config is None else hashlib.sha256(config.read_bytes()).hexdigest())
    root = settings.project_root
    folders = [root / name for name in _CODE]
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    for file in sorted([*files, *(root / name for name in _FILES)]):
        if file.suffix not in _COMPILED and file.is_file():
            add(str(file.relative_to(root)), hashlib.sha256(file.read_bytes()).hexdigest())
    return digest.hexdigest()


def remember(
    settings: Settings,
    key: str,
    connection: psycopg.Connection,
    report: Mapping[str, Any],
    seed: int,
) -> None:
    """Keep how a run ended, while its world is still held: nobody else changes it meanwhile."""
    if not _is_live(connection, report):
        return
    path = _file(settings, key)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = {"report": report, "seed": seed, "state": _state(connection, report)}
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps(kept, default=str), encoding="utf-8")
    fresh.replace(path)


def answer(settings: Settings, key: str) -> Answer | None:
    """The report of a run that has nothing to do; None when there may be something to do.

    Args:
        settings: Where the services are.
        key: From `fingerprint`.
    """
    if settings.lineage.is_configured:
        return None  # a collector is told of every run
    try:
        kept = json.loads(_file(settings, key).read_text(encoding="utf-8"))
        report = kept["report"]
        with open_connection(settings.postgres.dsn, context="pqr run") as connection:
            if not _is_live(connection, report) or _state(connection, report) != kept["state"]:
                return None
            if not is_as_noted(connection) or not _is_whole(settings, connection, report):
                return None
            kpis = published_kpis(connection)
    except (OSError, ValueError, KeyError, TypeError, psycopg.Error, PqrError):
        return None  # the real run says what is wrong
    steps = [{**step, "skipped": True} for step in report["steps"]]
    shown = [vars(kpi) for kpi in kpis]
    return Answer({**report, "changed": False, "steps": steps, "kpis": shown}, kept["seed"], kpis)


def _state(connection: psycopg.Connection, report: Mapping[str, Any]) -> list[str]:
    names = {"world": report["world_id"], "run": report["run_id"]}
    row = connection.execute(_STATE, names).fetchone()
    return [str(value) for value in row or ()]


def _is_live(connection: psycopg.Connection, report: Mapping[str, Any]) -> bool:
    """Whether people see this run, in the views and in the Iceberg tables."""
    row = connection.execute(
        "select publication_id, run_id from meta.publications"
        " join meta.current_publication using (publication_id)"
    ).fetchone()
    if row is None or str(row[1]) != report["run_id"]:
        return False
    return bool(registered_publication(connection) == row[0])


def _is_whole(
    settings: Settings, connection: psycopg.Connection, report: Mapping[str, Any]
) -> bool:
    """Whether every manifest of the run is as committed, and every object there with its size."""
    known = committed_manifests(connection, UUID(report["run_id"]))
    if {manifest.layer for manifest in known} != {step["step"] for step in report["steps"]}:
        return False
    store = ObjectStore(settings.s3)
    manifests = [read_manifest(store, item) for item in known]
    return are_present(store, [ref for manifest in manifests for ref in manifest.objects])


def _packages() -> list[str]:
    """Name and version of every installed package, as the folders of their metadata say them."""
    found: list[str] = []
    for place in sys.path:
        with suppress(OSError):
            found += [name for name in os.listdir(place or ".") if name.endswith(".dist-info")]
    return found


def _file(settings: Settings, key: str) -> Path:
    return settings.home / "answers" / f"{key}.json"
