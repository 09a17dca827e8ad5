"""One Iceberg table brought to the files of a publication: schema, partitions, snapshot."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.io.pyarrow import (
    _pyarrow_to_schema_without_ids,
    compute_statistics_plan,
    data_file_statistics_from_parquet_metadata,
    parquet_path_to_id_mapping,
)
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat, ManifestFile
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema, assign_fresh_schema_ids
from pyiceberg.table import Table, Transaction
from pyiceberg.table.snapshots import Operation
from pyiceberg.table.update import SetCurrentSchemaUpdate
from pyiceberg.table.update.snapshot import ManageSnapshots, _ManifestMergeManager, _OverwriteFiles
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import NestedField, UUIDType

from orchestration.iceberg import LakeCatalog, TablesUnusable
from orchestration.lake.cache import ObjectCache
from orchestration.lake.manifest import ObjectRef

PUBLICATION = "pqr.publication-id"
DATASET = "pqr.dataset"

# Above this number the manifests of a table become one: each publication adds one or two.
_MOST_MANIFESTS = 16
_MANIFEST_BYTES = 8 << 20
_NAME_MAPPING = "schema.name-mapping.default"
Files = Sequence[tuple[ObjectRef, pq.FileMetaData]]  # objects with their footers

_PROPERTIES = {
    # The files belong to the lake: no engine that expires snapshots may delete them.
    "gc.enabled": "false",
    "write.metadata.previous-versions-max": "5",
}


@dataclass(frozen=True)
class Target:
    """What a table is to show: the objects of a publication, and what its snapshot says of it.

    `before`: keys of the files in its current snapshot, where the control plane knows them.
    """

    publication_id: int
    properties: Mapping[str, str]
    refs: Sequence[ObjectRef]
    before: frozenset[str] | None = None


def sync_table(catalog: LakeCatalog, cache: ObjectCache, name: str, target: Target) -> int:
    """Bring the table `name` to its target: a new snapshot, or the one that it already has.

    Returns:
        The files that are new to it.

    Raises:
        TablesUnusable: Its files do not agree on the type of a column.
    """
    try:
        table = catalog.load_table(name)
    except NoSuchTableError:
        files = _read(cache, target.refs)
        schema = _schema(name, files)
        create = catalog.create_table_transaction(
            name,
            schema,
            location=catalog.table_location(name),
            partition_spec=_spec(schema, target.refs),
            properties=_PROPERTIES | {DATASET: target.refs[0].dataset},
        )
        _write_snapshot(catalog, create, target, files, frozenset())
        return len(files)
    transaction = table.transaction()
    for snapshot in table.snapshots():
        if snapshot.summary and snapshot.summary.get(PUBLICATION) == str(target.publication_id):
            _go_back(transaction, snapshot.snapshot_id, snapshot.schema_id)
            transaction.commit_transaction()
            return 0
    before = target.before
    if before is None:
        before = frozenset(map(catalog.key_of, data_files(table)))
    # A part without rows has a schema, but nothing that a snapshot could name.
    fresh = [ref for ref in target.refs if ref.key not in before]
    gone = before - {ref.key for ref in target.refs}
    files = _read(cache, fresh)
    if files:
        kept = len(target.refs) > len(fresh)
        _evolve(transaction, _schema(name, files), target.refs, is_replaced=not kept)
    _write_snapshot(catalog, transaction, target, files, gone)
    return len(files)


def data_files(table: Table) -> dict[str, DataFile]:
    """The files of a table's current snapshot, by their location."""
    snapshot = table.current_snapshot()
    return {
        entry.data_file.file_path: entry.data_file
        for manifest in (snapshot.manifests(table.io) if snapshot else ())
        for entry in manifest.fetch_manifest_entry(table.io, discard_deleted=True)
    }


class _Publication(_OverwriteFiles):
    """An overwrite whose manifests stay few: a table that grows by a day every day has hundreds."""

    def _process_manifests(self, manifests: list[ManifestFile]) -> list[ManifestFile]:
        merging = _ManifestMergeManager(_MANIFEST_BYTES, _MOST_MANIFESTS, True, self)
        return merging.merge_manifests(manifests)


def _write_snapshot(
    catalog: LakeCatalog,
    transaction: Transaction,
    target: Target,
    files: Files,
    gone: frozenset[str],
) -> None:
    _map_names(transaction, transaction.table_metadata.schema())
    table = transaction._table
    producer = _Publication(
        operation=Operation.OVERWRITE,
        transaction=transaction,
        io=table.io,
        snapshot_properties={**target.properties, PUBLICATION: str(target.publication_id)},
    )
    for data_file in _data_files(catalog, transaction, files):
        producer.append_data_file(data_file)
    if gone:
        known = {catalog.key_of(path): file for path, file in data_files(table).items()}
        for key in sorted(gone & known.keys()):
            producer.delete_data_file(known[key])
    producer.commit()
    transaction.commit_transaction()


def _data_files(catalog: LakeCatalog, transaction: Transaction, files: Files) -> list[DataFile]:
    """Entries of files with rows. PyIceberg's `add_files` plans the statistics again for each."""
    metadata = transaction.table_metadata
    schema, spec = metadata.schema(), metadata.spec()
    plan = compute_statistics_plan(schema, metadata.properties)
    columns = parquet_path_to_id_mapping(schema)
    entries = []
    for ref, footer in files:
        if not ref.rows:
            continue
        statistics = data_file_statistics_from_parquet_metadata(footer, plan, columns)
        entries.append(
            DataFile.from_args(
                content=DataFileContent.DATA,
                file_path=catalog.location_of(ref.key),
                file_format=FileFormat.PARQUET,
                partition=statistics.partition(spec, schema),
                file_size_in_bytes=ref.size,
                sort_order_id=None,
                spec_id=spec.spec_id,
                equality_ids=None,
                key_metadata=None,
                **statistics.to_serialized_dict(),
            )
        )
    return entries


def _read(cache: ObjectCache, refs: Sequence[ObjectRef]) -> Files:
    """The footers of objects, read from copies that were compared with their manifests."""
    return [
        (ref, pq.read_metadata(path)) for ref, path in zip(refs, cache.verified(refs), strict=True)
    ]


def _schema(name: str, files: Files) -> Schema:
    """The columns of some files together; the files have no ids, so names decide."""
    distinct = {str(footer.schema): footer.schema for _, footer in files}
    schemas = [schema.to_arrow_schema().remove_metadata() for schema in distinct.values()]
    try:
        together = pa.unify_schemas(schemas, promote_options="permissive")
    except pa.ArrowException as error:
        raise TablesUnusable(f"{name}: its files disagree on a column: {error}") from None
    # Arrow shows a UUID of Parquet as 16 bytes.
    uuids = {
        column.name
        for schema in distinct.values()
        for column in map(schema.column, range(len(schema)))
        if column.logical_type.type == "UUID"
    }
    plain = assign_fresh_schema_ids(_pyarrow_to_schema_without_ids(together))
    fields = []
    for field in plain.fields:
        kind = UUIDType() if field.name in uuids else field.field_type
        fields.append(NestedField(field.field_id, field.name, kind, required=False))
    return Schema(*fields)


def _spec(schema: Schema, refs: Sequence[ObjectRef]) -> PartitionSpec:
    """The partition that the paths name, by identity, where it is a column; else none."""
    column = refs[0].partition.partition("=")[0]
    fields = [field for field in schema.fields if field.name == column]
    return PartitionSpec(
        *(PartitionField(field.field_id, 1000, IdentityTransform(), field.name) for field in fields)
    )


def _evolve(
    transaction: Transaction, fresh: Schema, refs: Sequence[ObjectRef], *, is_replaced: bool
) -> None:
    """Take in the columns of new files; when no file stays, only their columns count."""
    wanted = {field.name: field.field_type for field in fresh.fields}
    if is_replaced:
        fields = transaction.table_metadata.schema().fields
        with transaction.update_schema(allow_incompatible_changes=True) as update:
            for field in fields:
                if wanted.get(field.name) != field.field_type:
                    update.delete_column(field.name)
    with transaction.update_schema() as update:
        update.union_by_name(fresh)
    metadata = transaction.table_metadata
    spec = _spec(metadata.schema(), refs)
    names = {field.name for field in spec.fields}
    current = {field.name for field in metadata.spec().fields}
    if names != current:
        with transaction.update_spec() as change:
            for name in sorted(current - names):
                change.remove_field(name)
            for name in sorted(names - current):
                change.add_identity(name)


def _go_back(transaction: Transaction, snapshot_id: int, schema_id: int | None) -> None:
    metadata = transaction.table_metadata
    if schema_id is not None and schema_id != metadata.current_schema_id:
        transaction._apply((SetCurrentSchemaUpdate.model_validate({"schema-id": schema_id}),))
        _map_names(transaction, transaction.table_metadata.schema())
    ManageSnapshots(transaction).set_current_snapshot(snapshot_id).commit()


def _map_names(transaction: Transaction, schema: Schema) -> None:
    """Let the names of columns stand for their ids: files of the lake carry none."""
    mapping = schema.name_mapping.model_dump_json()
    known = transaction.table_metadata.properties.get(_NAME_MAPPING, "null")
    if json.loads(known) != json.loads(mapping):
        transaction.set_properties({_NAME_MAPPING: mapping})
