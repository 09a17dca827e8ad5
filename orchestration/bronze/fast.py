"""The strict fast path: SQL that takes a line only if it equals its own canonical form.

The head of a line is compared with the canonical template. The `data` of a transition must be one
of the few hundred texts there can be; any other `data` is parsed, its values are written back in
the contract's compact form, and it must be that form byte for byte. So nothing can hide in it: no
unknown or double key, no other type, no escape but a line break. Every line that differs is left
to the slow path, which decides.
"""

from datetime import date
from functools import lru_cache
from itertools import product
from typing import Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchestration.bronze.heads import Heads, read_heads, text_views
from orchestration.bronze.rules import (
    EVENT_TYPES,
    MAX_COUNT,
    MAX_STRING_CHARACTERS,
    MAX_TEXT_CHARACTERS,
    Rules,
)
from orchestration.bronze.split import Block, Lines
from orchestration.bronze.table import DATA_FIELDS, DATA_SQL_TYPE, sql_type
from orchestration.lake.duckdb import quoted

_TRANSITION: Final = "STATUS_CHANGED"
# The fields of `data` in the order in which the simulator writes them.
_CANONICAL: Final = {
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
    "MESSAGE_ADDED": ("role", "text", "text_len"),
    "ATTACHMENT_ADDED": ("file_type", "size_kb", "source_channel"),
}


def create_tables(connection: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Make the tables of what is known, and the one that takes what is judged."""
    columns = list(zip(*((p.geo_code, p.region, p.municipio) for p in rules.places), strict=True))
    known = {
        "places": dict(zip(("geo_code", "region", "municipio"), columns, strict=True)),
        "transitions": _transitions(rules),
    }
    for name, content in known.items():
        connection.register("given", pa.table(content))
        connection.execute(f"create or replace temp table {name} as select * from given")
        connection.unregister("given")
    connection.execute(
        "create or replace temp table judged (line_no bigint, event_id varchar, ticket_id varchar,"
        f" event_type varchar, ts timestamptz, ts_original varchar, data {DATA_SQL_TYPE})"
    )


def judge_lines(
    connection: duckdb.DuckDBPyConnection, lines: Lines, rules: Rules, day: date
) -> npt.NDArray[np.int64]:
    """Put the lines that are certainly good into the table `judged`.

    Returns:
        int64 array: the indices of the lines that the slow path must decide, ascending.
    """
    query = _query(rules, b"\\" in lines.body)
    for block in lines.blocks():
        buffer = np.frombuffer(block.content, np.uint8)
        heads = read_heads(buffer, block.bounds[:-1], np.diff(block.bounds), day, block.first)
        connection.register("block", _table(block, heads))
        connection.execute(query)
        connection.unregister("block")
    taken = connection.execute("select line_no from judged").fetchnumpy()["line_no"]
    is_open = np.ones(len(lines), bool)
    is_open[np.asarray(taken, np.int64) - 1] = False
    return np.flatnonzero(is_open)


def _table(block: Block, heads: Heads) -> pa.Table:
    table = pa.table(
        {
            "line_no": heads.index + 1,
            "event_id": heads.event_id,
            "ticket_id": heads.ticket_id,
            "kind": heads.kind,
            "ts": pa.array(heads.micros).cast(pa.timestamp("us", tz="UTC")),
            "data": text_views(block.content, heads.data_start, heads.data_length),
        }
    )
    if block.is_all_text():
        return table
    return table.filter(pa.array([block.is_text(i - block.first) for i in heads.index.tolist()]))


def _transitions(rules: Rules) -> dict[str, list[str]]:
    """Every text that the `data` of a transition may be, with its values."""
    moves = list(product(rules.statuses, rules.statuses, rules.actor_roles))
    form = '{{"status_from":"{}","status_to":"{}","actor_role":"{}"}}'
    before, after, actor = (list(values) for values in zip(*moves, strict=True))
    texts = [form.format(*move) for move in moves]
    return {"data": texts, "status_from": before, "status_to": after, "actor_role": actor}


@lru_cache(maxsize=8)
def _query(rules: Rules, has_escapes: bool) -> str:
    names = " ".join(f"when {place} then '{name}'" for place, name in enumerate(EVENT_TYPES))
    # An engine that meets one line of another form must not give up the others: hence try().
    parsed = ", ".join(
        f"case when kind = {EVENT_TYPES.index(name)}"
        f" then try(json_transform(block.data, '{_structure(name)}')) end as {name.lower()}"
        for name in _CANONICAL
    )
    valid = " ".join(
        f"when {EVENT_TYPES.index(name)} then {_canonical(name, has_escapes)}"
        f" and {_conditions(name, rules)}"
        for name in _CANONICAL
    )
    return f"""
        insert into judged
        select
            line_no, event_id, ticket_id, case kind {names} end, ts, null,
            {{{", ".join(f"{name}: {_value(name)}" for name in DATA_FIELDS)}}}
        from (
            select block.*, {parsed}, {{
                status_from: transitions.status_from, status_to: transitions.status_to,
                actor_role: transitions.actor_role
            }} as status_changed
            from block
            left join transitions
                on kind = {EVENT_TYPES.index(_TRANSITION)} and block.data = transitions.data
        )
        where
            case kind
                when {EVENT_TYPES.index(_TRANSITION)} then status_changed.status_to is not null
                {valid}
            end
    """


def _structure(event_type: str) -> str:
    fields = _CANONICAL[event_type]
    return "{" + ", ".join(f'"{name}": "{sql_type(DATA_FIELDS[name])}"' for name in fields) + "}"


def _value(name: str) -> str:
    """SQL: a field of `data`, whatever the type of the event."""
    holders = [kind.lower() for kind, fields in _CANONICAL.items() if name in fields]
    if not holders:
        return f"status_changed.{name}"
    values = [f"{holder}.{name}" for holder in holders]
    return values[0] if len(values) == 1 else f"coalesce({', '.join(values)})"


def _canonical(event_type: str, has_escapes: bool) -> str:
    """SQL: `data` is the compact form of its own values."""
    parts = ["'{'"]
    for position, name in enumerate(_CANONICAL[event_type]):
        comma = "," if position else ""
        value = f"{event_type.lower()}.{name}"
        if name == "text" and has_escapes:
            value = f"replace({value}, chr(10), '\\n')"
        quote = "" if sql_type(DATA_FIELDS[name]) == "bigint" else '"'
        parts.append(f"""'{comma}"{name}":{quote}', {value}, '{quote}'""")
    form = f"data = concat({', '.join(parts)}, '}}')"
    # One escape may be there, the line break; other backslashes are left to the slow path.
    return f"not contains(replace(data, '\\n', ''), '\\') and {form}" if has_escapes else form


def _conditions(event_type: str, rules: Rules) -> str:
    """SQL: the values are known and within their limits."""
    known = {
        "source_channel": rules.channels,
        "pqrs_type": rules.pqrs_types,
        "priority": rules.priorities,
        "role": rules.roles,
    }
    conditions = []
    for name in _CANONICAL[event_type]:
        value = f"{event_type.lower()}.{name}"
        if name in known:
            conditions.append(f"{value} in ({', '.join(map(quoted, known[name]))})")
        elif sql_type(DATA_FIELDS[name]) == "bigint":
            conditions.append(f"{value} between 0 and {MAX_COUNT}")
        else:
            # Bytes for characters: a text that passes is never longer than the limit.
            limit = MAX_TEXT_CHARACTERS if name == "text" else MAX_STRING_CHARACTERS
            conditions.append(f"strlen({value}) <= {limit}")
    if event_type == "TICKET_CREATED":
        place = ", ".join(
            f"ticket_created.{name}" for name in ("geo_code", "geo_region", "geo_municipio")
        )
        conditions.append(f"({place}) in (select (geo_code, region, municipio) from places)")
    return " and ".join(conditions)
