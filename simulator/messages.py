"""The messages of cases: what the phrase bank is told about each, and the texts it returns."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pyarrow as pa

from simulator.business_time import business_calendar
from simulator.case_draws import Draw
from simulator.cases import Cases
from simulator.events import Events
from simulator.numbering import documents, earlier_radicados, radicados
from simulator.seeds import municipalities
from simulator.slots import FOLLOWUP_KIND, REPLY_KIND, Group, Slot
from simulator.streams import I64, between, mixed
from simulator.text.bank import TextBank
from simulator.text.columns import index_column, text_column
from simulator.text.render import (
    DRAWS_FOLLOWUP,
    DRAWS_OPENING,
    DRAWS_REPLY,
    agent_reply,
    citizen_followup,
    citizen_opening,
)

MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip
# The facts that a citizen writes about happened so many days before.
_OLDEST_FACT = 45


@dataclass(frozen=True)
class Speech:
    """Writes messages out of a phrase bank.

    Attributes:
        bank: The phrases; its line break must be the two characters of a JSON escape.
    """

    bank: TextBank

    def texts(self, group: Group, events: Events, cases: Cases) -> pa.Array:
        """Write the text of each message; `events` are of one group."""
        if group is Group.OPENING:
            return self._openings(events, cases)
        rows = events.case
        case = cases.raw(Draw.TEXT)[rows]
        radicado = radicados(cases, rows)
        if group is Group.FOLLOWUP:
            return citizen_followup(
                self.bank,
                draws=mixed(events.detail, DRAWS_FOLLOWUP),
                case=case,
                kind=np.array(FOLLOWUP_KIND)[events.slot],
                channel=cases.channel[rows],
                hour=events.hour,
                topic=cases.topic[rows],
                radicado=radicado,
            )
        # The desk that acknowledges has only read the form; whoever answers has read the text.
        is_first = events.slot == Slot.ACKNOWLEDGED
        return agent_reply(
            self.bank,
            draws=mixed(events.detail, DRAWS_REPLY),
            case=case,
            kind=np.array(REPLY_KIND)[events.slot],
            channel=cases.channel[rows],
            pqrs_type=np.where(is_first, cases.pqrs_type[rows], cases.true_type[rows]),
            topic=cases.topic[rows],
            radicado=radicado,
        )

    def _openings(self, events: Events, cases: Cases) -> pa.Array:
        rows = events.case
        days_ago = between(cases.raw(Draw.FACT)[rows], 1, _OLDEST_FACT)
        return citizen_opening(
            self.bank,
            draws=mixed(events.detail, DRAWS_OPENING),
            case=cases.raw(Draw.TEXT)[rows],
            channel=cases.channel[rows],
            hour=events.hour,
            pqrs_type=cases.true_type[rows],
            priority=cases.true_priority[rows],
            topic=cases.topic[rows],
            family=cases.family[rows],
            municipio=_encoded(cases.municipality[rows], self._municipalities),
            day_text=_fact_days(cases.day[rows] - days_ago),
            radicado=earlier_radicados(cases, rows),
            document=documents(cases, rows),
            is_mixed=cases.is_mixed[rows],
        )

    @cached_property
    def _municipalities(self) -> pa.Array:
        return text_column([m.name for m in municipalities()])


def day_text(day: date) -> str:
    """Write a date as people do: 3 de septiembre de 2025."""
    return f"{day.day} de {MONTHS[day.month - 1]} de {day.year}"


def _fact_days(days: I64) -> pa.Array:
    """Write day numbers, which may lie before the calendar, as dictionary-encoded dates.

    The dictionary holds whole years, so that few different ones occur.
    """
    calendar = business_calendar()
    years = [calendar.day(int(day)).year for day in (days.min(), days.max())] if len(days) else []
    first = date(min(years, default=calendar.first.year), 1, 1)
    last = date(max(years, default=calendar.first.year), 12, 31)
    names = [day_text(first + timedelta(days=i)) for i in range((last - first).days + 1)]
    return _encoded(days - (first - calendar.first).days, text_column(names))


def _encoded(place: I64, names: pa.Array) -> pa.Array:
    return pa.DictionaryArray.from_arrays(index_column(place), names)
