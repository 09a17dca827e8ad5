"""Writing tables into one Parquet file whose bytes do not show how the rows came."""

from pathlib import Path
from types import TracebackType
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

_ROW_GROUP: Final = 122_880


class PartWriter:
    """Writes tables of a schema into a file, in row groups of the same size.

    Attributes:
        file: The file; complete once the block ends.
        rows: Rows that were added.
    """

    def __init__(self, schema: pa.Schema, repeating: list[str], file: Path) -> None:
        self.file = file
        self.rows = 0
        self._waiting: list[pa.Table] = []
        self._target = pq.ParquetWriter(
            file,
            schema,
            compression="zstd",
            compression_level=1,
            use_dictionary=repeating,
            write_statistics=False,
            store_schema=False,
        )

    def __enter__(self) -> "PartWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._write(at_least=1)
        self._target.close()

    def add(self, table: pa.Table) -> None:
        """Add rows after those that were added before."""
        self.rows += len(table)
        self._waiting.append(table)
        self._write(at_least=_ROW_GROUP)

    def _write(self, at_least: int) -> None:
        while sum(map(len, self._waiting)) >= at_least:
            # One chunk per column: pages begin again where a chunk does.
            table = pa.concat_tables(self._waiting).combine_chunks()
            self._target.write_table(table.slice(0, _ROW_GROUP).combine_chunks())
            rest = table.slice(_ROW_GROUP)
            self._waiting = [rest] if len(rest) else []
