"""Manifests: their bytes against the index, their equations, their links to each other."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from orchestration.errors import WorkFailed
from orchestration.lake import paths
from orchestration.lake.commit import checksums_body
from orchestration.lake.committed import CommittedManifest, read_manifest
from orchestration.lake.manifest import LineCounts, Manifest, ManifestInvalid, ObjectRef
from orchestration.lake.store import ObjectMissing, ObjectStore
from orchestration.verify.findings import Finding


@dataclass(frozen=True)
class Link:
    """A committed manifest and its content."""

    committed: CommittedManifest
    manifest: Manifest


def read_links(
    store: ObjectStore, committed: Sequence[CommittedManifest]
) -> tuple[list[Link], list[Finding]]:
    """Read manifests; those that cannot be trusted become findings."""
    links, found = [], []
    for item in committed:
        try:
            links.append(Link(item, read_manifest(store, item)))
        except ManifestInvalid as error:
            found.append(Finding("MANIFEST_INVALID", item.key, str(error)))
        except WorkFailed as error:
            found.append(Finding("MANIFEST_INVALID", item.key, str(error).partition(": ")[2]))
    return links, found


def verify_index(connection: psycopg.Connection, link: Link) -> list[Finding]:
    """The index in Postgres names the objects of the manifest, and no others."""
    rows = connection.execute(
        "select key, size, sha256, rows from meta.manifest_objects where manifest_seq = %s",
        [link.committed.manifest_seq],
    ).fetchall()
    indexed = {(key, size, sha256, count) for key, size, sha256, count in rows}
    named = {(ref.key, ref.size, ref.sha256, ref.rows) for ref in link.manifest.objects}
    return [
        Finding("INDEX_MISMATCH", item[0], f"manifest {link.committed.key} and the index differ")
        for item in sorted(indexed ^ named)
    ]


def verify_links(links: Sequence[Link], known: Mapping[str, CommittedManifest]) -> list[Finding]:
    """Every input of a manifest is a committed manifest, and so is its predecessor.

    Args:
        links: The manifests to look at.
        known: Every committed manifest of the lake, by its sha256.
    """
    found = []
    for link in links:
        inputs = [(layer, sha256) for _, layer, sha256 in link.manifest.inputs]
        if link.manifest.previous_sha256 is not None:
            inputs.append(("previous", link.manifest.previous_sha256))
        for layer, sha256 in inputs:
            source = known.get(sha256)
            if source is None or (layer != "previous" and source.layer != layer):
                detail = f"its {layer} input {sha256[:12]} is not a committed manifest"
                found.append(Finding("CHAIN_BROKEN", link.committed.key, detail))
    return found


def verify_equations(links: Sequence[Link]) -> list[Finding]:
    """Raw lines = bronze rows + quarantined lines, for every object and for the whole layer."""
    raw = {link.committed.sha256: link.manifest for link in links if link.committed.layer == "raw"}
    found: list[Finding] = []
    for link in links:
        if link.committed.layer != "bronze":
            continue
        for ref in link.manifest.objects:
            if ref.dataset == paths.BRONZE_DATASET:
                found += _equation(ref.key, ref.counts, ref.rows)
        found += _equation(link.committed.key, link.manifest.counts, link.manifest.rows)
        source = raw.get(link.manifest.previous_sha256 or "")
        if source is not None:
            found += _lines_of_partitions(source, link)
    return found


def verify_checksums(store: ObjectStore, link: Link) -> list[Finding]:
    """checksums.json of a raw manifest names its objects with their sha256."""
    expected = checksums_body(link.manifest.objects)
    key = f"{link.committed.key.rpartition('/')[0]}/checksums.json"
    try:
        body = store.get(key)
    except ObjectMissing:
        return [
            Finding(
                "OBJECT_MISSING",
                key,
                "the checksums of the raw objects are missing from the bucket",
            )
        ]
    if body == expected:
        return []
    try:
        named = json.loads(body)
        differing = [k for k, sha in json.loads(expected).items() if named.get(k) != sha]
    except (ValueError, AttributeError):
        differing = []
    return [Finding("CHECKSUMS_MISMATCH", key, f"differs for {', '.join(differing[:3]) or 'all'}")]


def _equation(key: str, counts: Mapping[str, Any], rows: int) -> list[Finding]:
    try:
        found = LineCounts.from_json(counts)
    except ManifestInvalid as error:
        return [Finding("MANIFEST_INVALID", key, str(error).partition(": ")[2])]
    if found.lines == found.bronze + found.quarantined_lines and found.bronze == rows:
        return []
    detail = (
        f"{found.lines} lines, {found.bronze} in bronze, {rows} rows,"
        f" {found.quarantined_lines} quarantined"
    )
    return [Finding("EQUATION_BROKEN", key, detail)]


def _lines_of_partitions(raw: Manifest, link: Link) -> list[Finding]:
    lines = _by_partition(raw.objects, paths.RAW_DATASET)
    bronze = _by_partition(link.manifest.objects, paths.BRONZE_DATASET)
    quarantine = _by_partition(link.manifest.objects, paths.QUARANTINE_DATASET)
    return [
        Finding(
            "EQUATION_BROKEN",
            link.committed.key,
            f"{partition}: {lines.get(partition, 0)} raw lines, {bronze.get(partition, 0)} bronze"
            f" rows, {quarantine.get(partition, 0)} quarantine rows",
        )
        for partition in sorted({*lines, *bronze, *quarantine})
        if lines.get(partition, 0) != bronze.get(partition, 0) + quarantine.get(partition, 0)
    ]


def _by_partition(refs: Sequence[ObjectRef], dataset: str) -> dict[str, int]:
    return {ref.partition: ref.rows for ref in refs if ref.dataset == dataset}
