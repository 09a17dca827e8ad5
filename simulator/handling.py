"""Who handles a case and how it ends: petitioner, office, agent, outcome, extension of the term.

Everything here is a hash of the case's draws and of what has happened to it by then: a world that
has it differs from one without it in these fields and in the TERM_EXTENDED events alone.
"""

from enum import IntEnum, auto

import numpy as np
import pyarrow as pa

from simulator import seeds
from simulator.business_time import DAY, business_calendar
from simulator.case_draws import Draw
from simulator.cases import Cases
from simulator.config import SimulationConfig
from simulator.config.handling import OUTCOMES, REASONS, Handling
from simulator.config.model import SUBTYPES
from simulator.sla import kinds_of, sla_business_days
from simulator.slots import ABSENT, MOVES, Slot
from simulator.streams import I64, U64, Bool, happens, hashed, pick, pick_low
from simulator.text.columns import text_column

# How a line ends that says nothing of all this.
_END = "}}\n"
_PETITIONERS = (
    '"is_anonymous":false,"kind":"natural"',
    '"is_anonymous":false,"kind":"juridica"',
    # Of who gives no name nobody knows the kind.
    '"is_anonymous":true',
)
# Announcements are made in office hours.
_OPENS, _LASTS = 8 * 3_600, 9 * 3_600
_TRANSFER_DAYS = 5
_ANSWERED, _TRANSFERRED, _DENIED, _WITHDRAWN = range(len(OUTCOMES))


class Salt(IntEnum):
    """What a case's draw is hashed with; slots of a life use the numbers below 1,000."""

    PETITIONER = 1_000
    AGENT = auto()
    ROUTE = auto()
    OUTCOME = auto()
    EXTENSION = auto()


class Tail(IntEnum):
    """What the end of a line depends on."""

    NONE = 0
    FILED = auto()
    ASSIGNED = auto()
    HANDLED = auto()
    ANSWERED = auto()
    ANSWERED_AGAIN = auto()
    EXTENDED = auto()


def _tail_of(slot: Slot) -> Tail:
    if slot is Slot.CREATED:
        return Tail.FILED
    if slot is Slot.EXTENDED:
        return Tail.EXTENDED
    if slot not in MOVES or slot < Slot.ASSIGNED:
        return Tail.NONE
    if slot is Slot.ASSIGNED:
        return Tail.ASSIGNED
    if slot is Slot.RESPONDED_1:
        return Tail.ANSWERED
    return Tail.ANSWERED_AGAIN if MOVES[slot].after == "RESPONDED" else Tail.HANDLED


TAIL_OF = np.array([_tail_of(slot) for slot in Slot])


def tail_texts(config: SimulationConfig) -> pa.Array:
    """Return the ready-made ends of lines; `tails` gives places among them."""
    handling = config.world.handling
    if handling is None:
        return text_column([_END])
    petitioners = [f',"petitioner":{{{fields}}}}}}}\n' for fields in _PETITIONERS]
    pairs = [
        f',"dependencia_id":"{office}","agent_id":"AG-{number * 100 + agent:04d}"}}}}\n'
        for number, office in enumerate(handling.offices, 1)
        for agent in range(1, handling.agents_per_office + 1)
    ]
    outcomes = [f',"outcome":"{outcome}"{pair}' for outcome in OUTCOMES for pair in pairs]
    extensions = [
        f'{{"business_days":{days},"reason":"{reason}"}}}}\n'
        for days in range(handling.extension.most_days + 1)
        for reason in REASONS
    ]
    return text_column([_END, *petitioners, *pairs, *outcomes, *extensions])


def tails_of(config: SimulationConfig, slot: Slot) -> range:
    """Return the places in `tail_texts` that the lines of a transition may end with."""
    handling, tail = config.world.handling, _tail_of(slot)
    if handling is None or tail is Tail.NONE:
        return range(1)
    pairs = len(handling.offices) * handling.agents_per_office
    first = 1 + len(_PETITIONERS)
    if tail in (Tail.ASSIGNED, Tail.HANDLED):
        return range(first, first + pairs)
    outcomes = len(OUTCOMES) if tail is Tail.ANSWERED else 1
    return range(first + pairs, first + pairs * (1 + outcomes))


def tails(config: SimulationConfig, cases: Cases, at: I64) -> I64:
    """Return where the ends of each case's lines stand in `tail_texts`: (len(Tail), n).

    Args:
        config: The configuration.
        cases: The cases.
        at: (len(Slot), n) local seconds of their lives.
    """
    found = np.zeros((len(Tail), len(cases)), dtype=np.int64)
    handling = config.world.handling
    if handling is None:
        return found
    raw = _draws(cases, Salt.PETITIONER)
    is_company = pick_low(raw, 10_000) < handling.petitioner.juridica * 10_000
    is_anonymous = happens(raw, handling.petitioner.anonymous)
    found[Tail.FILED] = 1 + np.where(is_anonymous, 2, is_company)
    first_pair = 1 + len(_PETITIONERS)
    pairs = len(handling.offices) * handling.agents_per_office
    first, last = _agents(handling, cases)
    found[Tail.ASSIGNED] = first_pair + first
    found[Tail.HANDLED] = first_pair + last
    outcome = _outcomes(handling, cases, at)
    found[Tail.ANSWERED] = first_pair + pairs * (1 + outcome) + last
    found[Tail.ANSWERED_AGAIN] = first_pair + pairs + last
    if (at[Slot.EXTENDED] != ABSENT).any():
        first_extension = first_pair + pairs * (1 + len(OUTCOMES))
        rows = np.flatnonzero(at[Slot.EXTENDED] != ABSENT)
        raw = _draws(cases, Salt.EXTENSION)[rows]
        days = np.array(handling.extension.days)[pick_low(raw << np.uint64(16), 3)]
        days = np.minimum(days, _shortest_terms(cases, at, rows))
        reason = pick_low(raw << np.uint64(24), len(REASONS))
        found[Tail.EXTENDED, rows] = first_extension + days * len(REASONS) + reason
    return found


def extend(config: SimulationConfig, cases: Cases, at: I64) -> None:
    """Place the announcements that a term is extended, of cases that then still are in hand.

    They are made well before the end of the shortest term that any policy gives the case, so that
    they are valid whichever policy counts.
    """
    handling = config.world.handling
    if handling is None:
        return
    rule, calendar = handling.extension, business_calendar()
    raw = _draws(cases, Salt.EXTENSION)
    rows = np.flatnonzero(happens(raw, rule.share))
    chosen: U64 = raw[rows]
    term = _shortest_terms(cases, at, rows)
    low, high = int(rule.least_part * 1_000), int(rule.most_part * 1_000)
    day = term * (low + pick_low(chosen, high - low + 1)) // 1_000
    index = calendar.next_index[at[Slot.RADICATED][rows] // DAY] + 1 + np.minimum(day, term - 1)
    second = _OPENS + pick_low(chosen << np.uint64(8), _LASTS)
    announced = calendar.business_days[index] * DAY + second
    in_hand = (at[Slot.STARTED][rows] < announced) & (announced < at[Slot.ANSWER_1][rows])
    at[Slot.EXTENDED][rows] = np.where(in_hand, announced, ABSENT)


def _draws(cases: Cases, salt: Salt) -> U64:
    return hashed(cases.raw(Draw.EVENT), np.array([int(salt)]))


def _agents(handling: Handling, cases: Cases) -> tuple[I64, I64]:
    """The pair of office and agent that a case is assigned to, and the one that then handles it."""
    size = handling.agents_per_office
    raw, route = _draws(cases, Salt.AGENT), _draws(cases, Salt.ROUTE)
    agent, other = pick(raw, size), pick_low(raw, size)
    # Whoever takes over in the same office is somebody else.
    other = np.where(other == agent, (other + 1) % size, other)
    is_misrouted = happens(route, handling.misrouted)
    is_reassigned = ~is_misrouted & (pick_low(route, 10_000) < handling.reassigned * 10_000)
    front = len(handling.offices) - 1
    first = np.where(is_misrouted, front, cases.topic) * size + agent
    changes: Bool = is_misrouted | is_reassigned
    return first, cases.topic * size + np.where(changes, other, agent)


def _outcomes(handling: Handling, cases: Cases, at: I64) -> I64:
    """The outcome of each case's first answer, an index into OUTCOMES."""
    rule, calendar = handling.outcome, business_calendar()
    raw = _draws(cases, Salt.OUTCOME)
    passed = calendar.business_seconds(at[Slot.RESPONDED_1])
    passed = passed - calendar.clock_start(at[Slot.RADICATED])
    is_quick = passed <= _TRANSFER_DAYS * DAY
    transferred = np.where(is_quick, rule.transferred_quick, rule.transferred_late)
    denied = np.array([rule.denied if s == "informacion" else 0.0 for s in SUBTYPES])
    outcome = np.full(len(cases), _ANSWERED, dtype=np.int64)
    outcome[pick_low(raw << np.uint64(7), 10_000) < rule.withdrawn * 10_000] = _WITHDRAWN
    outcome[pick_low(raw, 10_000) < denied[cases.subtype] * 10_000] = _DENIED
    outcome[happens(raw, transferred)] = _TRANSFERRED
    return outcome


def _shortest_terms(cases: Cases, at: I64, rows: I64) -> I64:
    """The fewest business days that any policy gives these rows of the cases."""
    kinds = kinds_of(cases)[rows]
    return sla_business_days(kinds, at[Slot.RADICATED][rows], *seeds.policy_names())
