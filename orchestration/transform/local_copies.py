"""A dbt-duckdb plugin: SQL asks for the objects that it reads, and reads copies that were checked.

`local_copy(key, size, sha256)` gives the path of an object's local copy. What a build does not ask
for is neither downloaded nor checked: a day of a long lake reads few of its objects.
"""

from contextlib import suppress
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin


class Plugin(BasePlugin):
    """Registers the function; profiles.yml names this module."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Add the function to a new connection."""
        create: Any = conn.create_function
        types = ["VARCHAR", "BIGINT", "VARCHAR"]
        # A second connection to the same database has it already.
        with suppress(duckdb.CatalogException):
            create("local_copy", _local_copies, types, "VARCHAR", type="arrow", side_effects=True)


def _local_copies(keys: Any, sizes: Any, sums: Any) -> Any:
    # Here, since a sandbox never calls it.
    import pyarrow as pa

    from orchestration.lake.cache import ObjectCache
    from orchestration.lake.manifest import ObjectRef
    from orchestration.lake.store import ObjectStore
    from orchestration.settings import load_settings
    from orchestration.transform.dbt import unreadable

    settings = load_settings()
    cache = ObjectCache(ObjectStore(settings.s3), settings.object_cache)
    facts = zip(keys.to_pylist(), sizes.to_pylist(), sums.to_pylist(), strict=True)
    refs = [ObjectRef(key, "", "", size, sha256, 0) for key, size, sha256 in facts]
    try:
        return pa.array(cache.verified(refs), pa.string())
    except Exception as error:
        unreadable.append(error)
        raise
