"""The strict fast path: it takes a line only if the line is its own canonical form.

Head, transitions and messages are compared with the contract's templates byte for byte; other
`data` is parsed, its values are written back in the compact form, and it must be that form byte
for byte. So nothing can hide in it: no unknown or double key, no other type, no escape but a line
break. Every line that differs is left to the slow path, which decides.
"""

from functools import lru_cache
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchestration.bronze.candidates import Candidates
from orchestration.bronze.rules import (
    EVENT_TYPES,
    MAX_COUNT,
    MAX_STRING_CHARACTERS,
    MAX_TEXT_CHARACTERS,
    Rules,
)
from orchestration.bronze.table import COPY_OPTIONS, DATA_FIELDS, sql_type
from orchestration.lake.duckdb import quoted

_MESSAGE: Final = EVENT_TYPES.index("MESSAGE_ADDED")
_TRANSITION: Final = EVENT_TYPES.index("STATUS_CHANGED")
# What is parsed as JSON, with its fields in the order in which the simulator writes them.
_PARSED: Final = {
    "TICKET_CREATED": (
        "external_id",
        "source_channel",
        "pqrs_type",
        "subtype",
        "priority",
        "geo_region",
        "geo_municipio",
        "geo_code",
    ),
    "ATTACHMENT_ADDED": ("file_type", "size_kb", "source_channel"),
}


def create_places(connection: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Make the table of known places."""
    columns = zip(*((p.geo_code, p.region, p.municipio) for p in rules.places), strict=True)
    places = pa.table(dict(zip(("geo_code", "region", "municipio"), columns, strict=True)))
    connection.register("given", places)
    connection.execute("create or replace temp table places as select * from given")
    connection.unregister("given")


def write_canonical(
    connection: duckdb.DuckDBPyConnection,
    candidates: Candidates,
    rules: Rules,
    constants: str,
    file: Path,
    *,
    has_escapes: bool,
) -> npt.NDArray[np.int64]:
    """Write the candidates that are canonical, in the order of (ts, event_id).

    Args:
        connection: With the table of places.
        candidates: From `read_candidates`.
        rules: What is known.
        constants: SQL of the columns source and day.
        file: Where the events go.
        has_escapes: Whether the object has a backslash at all.

    Returns:
        int64 array: the numbers of the lines that were written, in no order.
    """
    order = "" if candidates.is_sorted else "order by ts, event_id"
    query = _query(rules, has_escapes)
    connection.register("candidates", candidates.table)
    written = connection.execute(
        f"copy (select event_id, ticket_id, event_type, ts, ts_original, data, {constants}, line_no"
        f" from ({query}) {order}) to {quoted(str(file))} ({COPY_OPTIONS})"
    ).fetchall()[0][0]
    connection.unregister("candidates")
    if written == len(candidates.table):
        taken = candidates.table["line_no"].to_numpy()
    else:
        found = connection.execute(f"select line_no from read_parquet({quoted(str(file))})")
        taken = found.fetchnumpy()["line_no"]
    return np.asarray(taken, np.int64)


@lru_cache(maxsize=8)
def _query(rules: Rules, has_escapes: bool) -> str:
    # An engine that meets one line of another form must not give up the others: hence try().
    parsed = ", ".join(
        f"case when kind = {EVENT_TYPES.index(name)}"
        f" then try(json_transform(payload, '{_structure(name)}')) end as {name.lower()}"
        for name in _PARSED
    )
    valid = " ".join(
        f"when {EVENT_TYPES.index(name)} then {_canonical(name)} and {_conditions(name, rules)}"
        for name in _PARSED
    )
    text = "replace(payload, '\\n', chr(10))" if has_escapes else "payload"
    values = {name: _value(name) for name in DATA_FIELDS}
    values["text"] = f"case when kind = {_MESSAGE} then {text} end"
    return f"""
        select
            event_id, ticket_id, event_type, ts, cast(null as varchar) as ts_original,
            {{{", ".join(f"{name}: {value}" for name, value in values.items())}}} as data, line_no
        from (select *, {parsed} from candidates)
        where
            case kind
                when {_TRANSITION} then true
                when {_MESSAGE} then {_is_plain_text(has_escapes)}
                {valid}
            end
    """


def _is_plain_text(has_escapes: bool) -> str:
    """SQL: the literal of a text has no quote, and no escape but the line break."""
    # Bytes for characters: a text that passes is never longer than the limit.
    plain = f"not contains(payload, '\"') and strlen(payload) <= {MAX_TEXT_CHARACTERS}"
    escaped = "not contains(replace(payload, '\\n', ''), '\\')"
    return f"{plain} and {escaped}" if has_escapes else plain


def _structure(event_type: str) -> str:
    fields = _PARSED[event_type]
    return "{" + ", ".join(f'"{name}": "{sql_type(DATA_FIELDS[name])}"' for name in fields) + "}"


def _value(name: str) -> str:
    """SQL: a field of `data`, whatever the type of the event."""
    holders = [f"{kind.lower()}.{name}" for kind, fields in _PARSED.items() if name in fields]
    if not holders:
        return name
    return holders[0] if len(holders) == 1 else f"coalesce({', '.join(holders)})"


def _canonical(event_type: str) -> str:
    """SQL: the payload is the compact form of its own values."""
    parts = ["'{'"]
    for position, name in enumerate(_PARSED[event_type]):
        comma = "," if position else ""
        quote = "" if sql_type(DATA_FIELDS[name]) == "bigint" else '"'
        parts.append(f"""'{comma}"{name}":{quote}', {event_type.lower()}.{name}, '{quote}'""")
    # Without a backslash no value can hold what would need one.
    return f"not contains(payload, '\\') and payload = concat({', '.join(parts)}, '}}')"


def _conditions(event_type: str, rules: Rules) -> str:
    """SQL: the values are known and within their limits."""
    known = {
        "source_channel": rules.channels,
        "pqrs_type": rules.pqrs_types,
        "priority": rules.priorities,
    }
    conditions = []
    for name in _PARSED[event_type]:
        value = f"{event_type.lower()}.{name}"
        if name in known:
            conditions.append(f"{value} in ({', '.join(map(quoted, known[name]))})")
        elif sql_type(DATA_FIELDS[name]) == "bigint":
            conditions.append(f"{value} between 0 and {MAX_COUNT}")
        else:
            conditions.append(f"strlen({value}) <= {MAX_STRING_CHARACTERS}")
    if event_type == "TICKET_CREATED":
        names = ("geo_code", "geo_region", "geo_municipio")
        place = ", ".join(f"ticket_created.{name}" for name in names)
        conditions.append(f"({place}) in (select (geo_code, region, municipio) from places)")
    return " and ".join(conditions)
