"""The ground truth: what each text was written to mean, kept beside raw and never in an event."""

from datetime import date

import numpy as np
import pyarrow as pa

from simulator.business_time import business_calendar
from simulator.cases import Cases
from simulator.config.model import PRIORITIES, TYPES
from simulator.lines import ticket_ids
from simulator.numbering import byte_texts, external_ids
from simulator.streams import I64
from simulator.text.bank import TextBank
from simulator.text.columns import flag_column, index_column, text_column

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
    cases = cases.take(np.argsort(ticket_ids(cases)))
    first = business_calendar().first.toordinal() - date(1970, 1, 1).toordinal()
    days = (first + cases.day).astype(np.int32)
    families = [f"{t}/{f.name}" for t, listed in zip(TYPES, bank.intents.families, strict=True)
                for f in listed]  # fmt: skip
    family = np.cumsum(bank.family_counts) - bank.family_counts
    columns = [
        byte_texts(ticket_ids(cases)),
        byte_texts(external_ids(cases, np.arange(len(cases)))),
        pa.Array.from_buffers(pa.date32(), len(days), [None, pa.py_buffer(days)]),
        _named(TYPES, cases.pqrs_type),
        _named(TYPES, cases.true_type),
        _named(PRIORITIES, cases.priority),
        _named(PRIORITIES, cases.true_priority),
        _named(bank.topics.names, cases.topic),
        _named(families, family[cases.true_type] + cases.family),
        flag_column(cases.pqrs_type != cases.true_type),
        flag_column(cases.is_mixed),
    ]
    return pa.table(columns, schema=SCHEMA)


def _named(names: tuple[str, ...] | list[str], index: I64) -> pa.Array:
    return text_column(names).take(index_column(index))
