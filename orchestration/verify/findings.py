"""What verification finds: each with a code, the thing it is about, and what is wrong with it."""

from dataclasses import dataclass
from typing import Literal

Code = Literal[
    "OBJECT_MISSING",
    "OBJECT_EXTRA",
    "SIZE_MISMATCH",
    "SHA_MISMATCH",
    "ROWS_MISMATCH",
    "PARQUET_UNREADABLE",
    "MANIFEST_INVALID",
    "CHECKSUMS_MISMATCH",
    "INDEX_MISMATCH",
    "EQUATION_BROKEN",
    "CHAIN_BROKEN",
    "SERVING_MISMATCH",
    "VIEW_MISMATCH",
    "TABLES_MISMATCH",
    "TABLES_BEHIND",
    "JOURNAL_CORRUPT",
    "JOURNAL_AHEAD",
]

# An object that no manifest names is never read; it is left by an attempt that died. Iceberg tables
# that show an earlier publication are sound.
WARNINGS: frozenset[Code] = frozenset({"OBJECT_EXTRA", "TABLES_BEHIND"})


@dataclass(frozen=True)
class Finding:
    """`thing` is an object key, a manifest key or a table."""

    code: Code
    thing: str
    detail: str

    @property
    def is_failure(self) -> bool:
        """Whether something committed is wrong, not merely something left over."""
        return self.code not in WARNINGS

    def __str__(self) -> str:
        return f"{self.code} {self.thing}: {self.detail}"
