"""Results of a query as a table for people, or as CSV, JSON or Parquet for programs."""

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

import duckdb

from orchestration.query.statements import explained

_BATCH = 10_000
_WIDEST = 60


def write(result: duckdb.DuckDBPyConnection, target: IO[bytes], form: str, most_rows: int) -> None:
    """Write a result in a form: table, csv, json or parquet. `most_rows` limits tables alone.

    Raises:
        QueryFailed: The query broke off on the way.
    """
    with explained():
        if form == "parquet":
            write_parquet(result, target)
            return
        text = io.TextIOWrapper(target, encoding="utf-8", errors="backslashreplace", newline="")
        try:
            if form == "table":
                write_table(result, text, most_rows)
            else:
                (write_csv if form == "csv" else write_json)(result, text)
            text.flush()
        finally:
            text.detach()


def write_table(result: duckdb.DuckDBPyConnection, target: IO[str], most_rows: int) -> None:
    """Columns side by side, numbers to the right; what could steer a terminal is escaped.

    At most `most_rows` rows, 0 for all of them; the last line tells how many there are.
    """
    names = _names(result)
    if names == ["explain_key", "explain_value"]:
        for _, plan in result.fetchall():
            print(plan, file=target)
        return
    rows = result.fetchall() if most_rows == 0 else result.fetchmany(most_rows + 1)
    shown = rows[: most_rows or None]
    cells = [[_cell(value) for value in row] for row in shown]
    titles = [_cell(name) for name in names]
    columns = list(zip(titles, *cells, strict=True))
    widths = [max(map(_width, column)) for column in columns]
    is_number = [
        any(row[n] is not None for row in shown)
        and all(isinstance(row[n], int | float | Decimal | None) for row in shown)
        for n in range(len(names))
    ]
    print("  ".join(map(_pad, titles, widths, is_number)).rstrip(), file=target)
    print("  ".join("-" * width for width in widths), file=target)
    for row in cells:
        print("  ".join(map(_pad, row, widths, is_number)).rstrip(), file=target)
    count = f"{len(shown):,} row{'' if len(shown) == 1 else 's'}"
    more = ", and more: --rows 0 shows all" if len(rows) > len(shown) else ""
    print(f"({count}{more})", file=target)


def write_csv(result: duckdb.DuckDBPyConnection, target: IO[str]) -> None:
    """RFC 4180 with a line of names. Texts are as they are: also one that begins with = or @."""
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(_names(result))
    for row in _rows(result):
        writer.writerow([_csv(value) for value in row])


def write_json(result: duckdb.DuckDBPyConnection, target: IO[str]) -> None:
    """An array of objects, one per line; instants and days as ISO 8601."""
    names = _names(result)
    separator = "[\n"
    for row in _rows(result):
        item = {name: _json(value) for name, value in zip(names, row, strict=True)}
        target.write(separator + json.dumps(item, ensure_ascii=False))
        separator = ",\n"
    target.write("[]\n" if separator == "[\n" else "\n]\n")


def write_parquet(result: duckdb.DuckDBPyConnection, target: IO[bytes]) -> None:
    """One Parquet file with the types of the query."""
    import pyarrow.parquet as pq

    reader = result.to_arrow_reader(_BATCH)
    with pq.ParquetWriter(target, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


def _names(result: duckdb.DuckDBPyConnection) -> list[str]:
    return [column[0] for column in result.description or ()]


def _rows(result: duckdb.DuckDBPyConnection) -> Iterator[Sequence[Any]]:
    while rows := result.fetchmany(_BATCH):
        yield from rows


def _cell(value: object) -> str:
    text = "NULL" if value is None else str(_plain(value))
    safe = "".join(
        letter if unicodedata.category(letter)[0] != "C" else ascii(letter)[1:-1] for letter in text
    )
    return safe if len(safe) <= _WIDEST else safe[: _WIDEST - 1] + "…"


def _pad(text: str, width: int, to_right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if to_right else text + space


def _width(text: str) -> int:
    """Columns of a terminal: wide letters take two, marks none."""
    return sum(
        2 if unicodedata.east_asian_width(letter) in "WF" else not unicodedata.combining(letter)
        for letter in text
    )


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, bytes):
        return value.hex()
    return value


def _csv(value: object) -> object:
    if isinstance(value, list | dict | tuple):
        return json.dumps(_json(value), ensure_ascii=False)
    return _plain(value)


def _json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if value - value == 0 else None  # JSON has neither infinities nor NaN
    if isinstance(value, dict):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, UUID | timedelta) or hasattr(value, "hour") else value
