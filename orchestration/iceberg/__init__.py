"""The lake as Iceberg tables: their catalog in PostgreSQL, their metadata in the bucket.

Import it where it is needed: PyIceberg takes more than a second to load.
"""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from types import TracebackType

from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import CommitFailedException, NoSuchTableError
from pyiceberg.io import FileIO, InputFile, OutputFile
from pyiceberg.typedef import EMPTY_DICT, Properties
from sqlalchemy.exc import SQLAlchemyError

from orchestration.errors import WorkFailed
from orchestration.lake import paths
from orchestration.lake.store import ObjectMissing, ObjectStore
from orchestration.settings import Settings
from orchestration.settings.endpoints import S3Settings, catalog_url
from orchestration.settings.s3_access import S3Access

# The name of the catalog: engines find its rows by it.
CATALOG = "pqr"
# What PyIceberg has no property for: our own FileIO reads them.
_CA_BUNDLE = "pqr.s3.ca-bundle"
_USES_CHAIN = "pqr.s3.uses-chain"
_CHECKS_FIRST = "pqr.s3.checks-first"


class TablesUnusable(WorkFailed):
    """The Iceberg tables cannot be brought to what is published; names the table and the reason."""


class LakeCatalog(SqlCatalog):
    """PyIceberg's SQL catalog over the project's database and bucket."""

    def __init__(self, settings: Settings) -> None:
        s3 = settings.s3
        super().__init__(
            CATALOG,
            **{
                "uri": catalog_url(settings.postgres.dsn),
                "init_catalog_tables": "false",
                "py-io-impl": f"{__name__}.{LakeIO.__name__}",
                "warehouse": f"s3://{s3.bucket}",
                "s3.endpoint": s3.endpoint_url,
                "s3.region": s3.region,
                "s3.access-key-id": s3.access_key,
                "s3.secret-access-key": s3.secret_key,
                "s3.session-token": s3.access.session_token or "",
                "s3.force-virtual-addressing": str(s3.access.addressing == "virtual").lower(),
                _CA_BUNDLE: str(s3.access.ca_bundle or ""),
                _USES_CHAIN: str(s3.access.uses_chain).lower(),
                _CHECKS_FIRST: str(s3.access.checks_first).lower(),
            },
        )
        self.store = ObjectStore(s3)

    def table_names(self) -> set[str]:
        """Every table, such as `gold.kpi_sla_daily`."""
        return {
            ".".join(identifier)
            for namespace in self.list_namespaces()
            for identifier in self.list_tables(namespace)
        }

    def table_location(self, name: str) -> str:
        """Where the metadata of a table lies."""
        return self.location_of(paths.tables_prefix() + name.replace(".", "/"))

    def location_of(self, key: str) -> str:
        """A key of the bucket as Iceberg writes it."""
        return f"s3://{self.store.bucket}/{key}"

    def key_of(self, location: str) -> str:
        """The key of a location. Raises TablesUnusable for another bucket."""
        return key_of(self.store, location)


@contextmanager
def open_catalog(settings: Settings) -> Iterator[LakeCatalog]:
    """The catalog, in one transaction: what the block commits is visible when the block ends.

    Raises:
        TablesUnusable: PyIceberg or the catalog's tables refuse, with the reason.
    """
    _body.cache_clear()  # what another process has collected or spoilt since is seen
    try:
        catalog = LakeCatalog(settings)
        engine = catalog.engine
        try:
            with engine.begin() as connection:
                # A session on a connection joins the transaction that is open there, and its
                # commits wait for that one: the tables change together, or none does.
                catalog.engine = connection  # type: ignore[assignment]
                yield catalog
        finally:
            engine.dispose()
    except (SQLAlchemyError, ValueError, NoSuchTableError, CommitFailedException) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise TablesUnusable(f"Iceberg tables: {reason}") from error


@cache
def _store(settings: S3Settings) -> ObjectStore:
    """One client for all tables: PyIceberg asks for a FileIO at each step of each table."""
    return ObjectStore(settings)


@lru_cache(maxsize=64)
def _body(store: ObjectStore, key: str) -> bytes:
    """An object, read once: PyIceberg reads the same metadata up to three times for a snapshot."""
    return store.get(key)


class LakeIO(FileIO):
    """How PyIceberg reads and writes metadata: through the store, with its checks and errors."""

    def __init__(self, properties: Properties = EMPTY_DICT) -> None:
        super().__init__(properties)
        self._store = _store(
            S3Settings(
                endpoint_url=properties["s3.endpoint"],
                region=properties["s3.region"],
                access_key=properties["s3.access-key-id"],
                secret_key=properties["s3.secret-access-key"],
                bucket=properties["warehouse"].removeprefix("s3://"),
                is_embedded=False,
                access=S3Access(
                    "virtual" if properties["s3.force-virtual-addressing"] == "true" else "path",
                    properties["s3.session-token"] or None,
                    Path(properties[_CA_BUNDLE]) if properties[_CA_BUNDLE] else None,
                    properties[_USES_CHAIN] == "true",
                    properties[_CHECKS_FIRST] == "true",
                ),
            )
        )

    def new_input(self, location: str) -> "StoredFile":
        """An object to read."""
        return StoredFile(self._store, location)

    def new_output(self, location: str) -> "FreshFile":
        """An object to write; it must not exist."""
        return FreshFile(self._store, location)

    def delete(self, location: str | InputFile | OutputFile) -> None:
        """Remove an object; only collection asks for it."""
        name = location if isinstance(location, str) else location.location
        self._store.delete(key_of(self._store, name))


class StoredFile(InputFile):
    """An object, read whole: metadata is small."""

    def __init__(self, store: ObjectStore, location: str) -> None:
        super().__init__(location)
        self._store = store

    def _read(self) -> bytes:
        return _body(self._store, key_of(self._store, self.location))

    def __len__(self) -> int:
        return len(self._read())

    def exists(self) -> bool:
        """Whether the object is there."""
        try:
            self._read()
        except ObjectMissing:
            return False
        return True

    def open(self, seekable: bool = True) -> io.BytesIO:
        """Its bytes. Raises ObjectMissing, StoreUnavailable."""
        return io.BytesIO(self._read())


class FreshFile(OutputFile):
    """An object that is written once."""

    def __init__(self, store: ObjectStore, location: str) -> None:
        super().__init__(location)
        self._store = store
        self._upload: _Upload | None = None

    def __len__(self) -> int:
        return self._upload.size if self._upload else len(self.to_input_file())

    def exists(self) -> bool:
        """Whether the object is there."""
        return self._store.head(key_of(self._store, self.location)) is not None

    def to_input_file(self) -> StoredFile:
        """The same object, to read."""
        return StoredFile(self._store, self.location)

    def create(self, overwrite: bool = False) -> "_Upload":
        """A stream that is uploaded when it is closed. Names are unique: nothing is overwritten."""
        self._upload = _Upload(self._store, key_of(self._store, self.location))
        return self._upload


class _Upload(io.BytesIO):
    def __init__(self, store: ObjectStore, key: str) -> None:
        super().__init__()
        self._store, self._key, self._is_broken = store, key, False
        self.size = 0

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_broken = kind is not None
        self.close()

    def close(self) -> None:
        """Upload what was written, unless writing it failed."""
        if not self.closed and not self._is_broken:
            body = self.getvalue()
            self.size = len(body)
            self._store.put_once(self._key, body, hashlib.sha256(body).hexdigest())
        super().close()


def key_of(store: ObjectStore, location: str) -> str:
    """The key of a location such as `s3://bucket/key`. Raises TablesUnusable for another bucket."""
    prefix = f"s3://{store.bucket}/"
    if not location.startswith(prefix):
        raise TablesUnusable(f"{location} is not in the bucket {store.bucket}")
    return location.removeprefix(prefix)
