"""The ground truth: what each text was written to mean, kept beside raw and never in an event."""

import numpy as np
import pyarrow as pa

from simulator.business_time import business_calendar
from simulator.cases import Cases
from simulator.config.model import PRIORITIES, TYPES
from simulator.lines import ticket_ids
from simulator.radicado import external_ids
from simulator.streams import I64
from simulator.text.bank import TextBank

SCHEMA = pa.schema(
    [
        pa.field("ticket_id", pa.string(), nullable=False),
        pa.field("external_id", pa.string(), nullable=False),
        pa.field("created_day", pa.date32(), nullable=False),
        pa.field("filed_type", pa.string(), nullable=False),
        pa.field("true_type", pa.string(), nullable=False),
        pa.field("filed_priority", pa.string(), nullable=False),
        pa.field("true_priority", pa.string(), nullable=False),
        pa.field("topic", pa.string(), nullable=False),
        pa.field("family", pa.string(), nullable=False),
        pa.field("is_misfiled", pa.bool_(), nullable=False),
        pa.field("is_mixed", pa.bool_(), nullable=False),
    ]
)


def truth_table(cases: Cases, bank: TextBank) -> pa.Table:
    """Return one row a case, ordered by ticket_id.

    `family` is "<true type>/<name>": names are unique within a type.
    """
    rows = np.arange(len(cases))
    days = np.datetime64(business_calendar().first, "D") + cases.day
    families = [f"{t}/{f.name}" for t, listed in zip(TYPES, bank.intents.families, strict=True)
                for f in listed]  # fmt: skip
    family = np.cumsum(bank.family_counts) - bank.family_counts
    columns = [
        _texts(ticket_ids(cases)),
        _texts(external_ids(cases, rows)),
        pa.array(days),
        _named(TYPES, cases.pqrs_type),
        _named(TYPES, cases.true_type),
        _named(PRIORITIES, cases.priority),
        _named(PRIORITIES, cases.true_priority),
        _named(bank.topics.names, cases.topic),
        _named(families, family[cases.true_type] + cases.family),
        pa.array(cases.pqrs_type != cases.true_type),
        pa.array(cases.is_mixed),
    ]
    return pa.table(columns, schema=SCHEMA).sort_by("ticket_id")


def _texts(column: np.ndarray) -> pa.Array:
    return pa.array(column.astype("U"), pa.string())


def _named(names: tuple[str, ...] | list[str], index: I64) -> pa.Array:
    return pa.array(names, pa.string()).take(pa.array(index))
