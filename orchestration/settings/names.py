"""The names of settings: a misspelt one would be left aside without a word."""

from collections.abc import Iterable
from typing import Final

# What begins with PQR_ and means something: to `pqr`, to dbt, or to tests and benchmarks.
KNOWN: Final = frozenset({
    "PQR_BUCKET", "PQR_CARRIES_OVER", "PQR_CASE_BUCKET",
    "PQR_CASE_BUCKETS", "PQR_CONTROL_PLANE",
    "PQR_DASK_ALLOW_PLAIN_TCP", "PQR_DASK_MEMORY", "PQR_DASK_MIN_WORKERS", "PQR_DASK_SCHEDULER",
    "PQR_DASK_SPILL", "PQR_DASK_TLS_CA", "PQR_DASK_TLS_CERT", "PQR_DASK_TLS_KEY",
    "PQR_DASK_WORKERS", "PQR_DATE_MAX", "PQR_DATE_MIN", "PQR_DECLARATIONS_PASSED",
    "PQR_DUCKDB_COMPRESSION",
    "PQR_DUCKDB_EXTENSIONS", "PQR_DUCKDB_MEMORY", "PQR_DUCKDB_PATH", "PQR_DUCKDB_THREADS",
    "PQR_ENCODER_PERCENT", "PQR_ENRICHMENT", "PQR_HOME", "PQR_KILL_AT", "PQR_LAKE_ROOT",
    "PQR_LAYER", "PQR_LINKED_CASES", "PQR_LOG_FORMAT", "PQR_NEEDED_OBJECTS",
    "PQR_OBJECT_CACHE", "PQR_OPENLINEAGE_FILE",
    "PQR_PII_KEY", "PQR_POSTGRES_ADMIN_DSN", "PQR_POSTGRES_DB", "PQR_POSTGRES_DSN",
    "PQR_POSTGRES_HOST", "PQR_POSTGRES_PASSWORD", "PQR_POSTGRES_PORT", "PQR_POSTGRES_READER_DSN",
    "PQR_POSTGRES_USER", "PQR_PREFECT_PORT", "PQR_ROWS_ALONE", "PQR_RUN_ID", "PQR_S3_ADDRESSING",
    "PQR_S3_CONDITIONAL_PUT", "PQR_S3_CREDENTIALS", "PQR_S3_PORT", "PQR_SANDBOX",
    "PQR_SILVER_BUCKETS",
    "PQR_TESTING", "PQR_TODAY", "PQR_TOUCHED", "PQR_TOUCHED_TO", "PQR_TRACE_FILE", "PQR_WORLD_ID",
})  # fmt: skip
_ALIKE: Final = 0.88


def misspelt(names: Iterable[str]) -> list[str]:
    """Name what looks like a setting and is none; other names may be those of other programs."""
    from difflib import get_close_matches

    found = []
    for name in sorted(set(names) - KNOWN):
        if name.startswith("PQR_") and (meant := get_close_matches(name, KNOWN, 1, _ALIKE)):
            found.append(f"{name} is not a setting: did you mean {meant[0]}? Rename or unset it")
    return found
