"""The places of a case's life: every event that a case may have, in the order of time."""

from dataclasses import dataclass
from enum import IntEnum, auto

from simulator.text.conversations import FOLLOWUP_KINDS, REPLY_KINDS


class Group(IntEnum):
    """Events that are written alike."""

    CREATED = 0
    OPENING = auto()
    ATTACHMENT = auto()
    STATUS = auto()
    REPLY = auto()
    FOLLOWUP = auto()
    EXTENSION = auto()


class Slot(IntEnum):
    """Places of a life; a case fills some of them, in this order.

    EXTENDED lies between STARTED and ANSWER_1. It stands last since ids are hashes of a place's
    number: those of the places before it stay what they were.
    """

    CREATED = 0
    OPENING = auto()
    FILE_1 = auto()
    FILE_2 = auto()
    FILE_3 = auto()
    RADICATED = auto()
    ACKNOWLEDGED = auto()
    CLASSIFIED = auto()
    ASSIGNED = auto()
    STARTED = auto()
    REQUEST_1 = auto()
    HOLD_1 = auto()
    ANSWER_HOLD_1 = auto()
    FILE_HOLD = auto()
    RESUMED_1 = auto()
    REQUEST_2 = auto()
    HOLD_2 = auto()
    ANSWER_HOLD_2 = auto()
    RESUMED_2 = auto()
    ASKED = auto()
    PROGRESS = auto()
    ANSWER_1 = auto()
    RESPONDED_1 = auto()
    THANKS = auto()
    NOTE = auto()
    CLOSED_1 = auto()
    REOPENED_1 = auto()
    REASON_1 = auto()
    REOPENING_ACKNOWLEDGED = auto()
    STARTED_AGAIN_1 = auto()
    ANSWER_2 = auto()
    RESPONDED_2 = auto()
    CLOSED_2 = auto()
    REOPENED_2 = auto()
    REASON_2 = auto()
    STARTED_AGAIN_2 = auto()
    ANSWER_3 = auto()
    RESPONDED_3 = auto()
    CLOSED_3 = auto()
    ARCHIVED = auto()
    EXTENDED = auto()


ABSENT = -1


@dataclass(frozen=True)
class Move:
    """A transition and who makes it; actor None: as the channel radicates."""

    before: str
    after: str
    actor: str | None


def _moves() -> dict[Slot, Move]:
    moves = {
        Slot.RADICATED: Move("RECEIVED", "RADICATED", None),
        Slot.CLASSIFIED: Move("RADICATED", "CLASSIFIED", "agent"),
        Slot.ASSIGNED: Move("CLASSIFIED", "ASSIGNED", "system"),
        Slot.STARTED: Move("ASSIGNED", "IN_PROGRESS", "agent"),
        Slot.ARCHIVED: Move("CLOSED", "ARCHIVED", "system"),
    }
    for hold, resumed in ((Slot.HOLD_1, Slot.RESUMED_1), (Slot.HOLD_2, Slot.RESUMED_2)):
        moves[hold] = Move("IN_PROGRESS", "ON_HOLD", "agent")
        moves[resumed] = Move("ON_HOLD", "IN_PROGRESS", "system")
    for number in "123":
        moves[Slot[f"RESPONDED_{number}"]] = Move("IN_PROGRESS", "RESPONDED", "agent")
        moves[Slot[f"CLOSED_{number}"]] = Move("RESPONDED", "CLOSED", "agent")
    for number in "12":
        moves[Slot[f"REOPENED_{number}"]] = Move("CLOSED", "REOPENED", "system")
        moves[Slot[f"STARTED_AGAIN_{number}"]] = Move("REOPENED", "IN_PROGRESS", "agent")
    return moves


MOVES = _moves()
REPLIES = {
    Slot.ACKNOWLEDGED: "ack",
    Slot.REQUEST_1: "request_info",
    Slot.REQUEST_2: "request_info",
    Slot.PROGRESS: "progress",
    Slot.ANSWER_1: "answer",
    Slot.NOTE: "closing_note",
    Slot.REOPENING_ACKNOWLEDGED: "reopen_ack",
    Slot.ANSWER_2: "answer",
    Slot.ANSWER_3: "answer",
}
FOLLOWUPS = {
    Slot.ANSWER_HOLD_1: "answer_hold",
    Slot.ANSWER_HOLD_2: "answer_hold",
    Slot.ASKED: "ask_status",
    Slot.THANKS: "thanks",
    Slot.REASON_1: "reopen",
    Slot.REASON_2: "reopen",
}
FILES = (Slot.FILE_1, Slot.FILE_2, Slot.FILE_3, Slot.FILE_HOLD)
CLOSINGS = (Slot.CLOSED_1, Slot.CLOSED_2, Slot.CLOSED_3)
REOPENINGS = (Slot.REOPENED_1, Slot.REOPENED_2)
HOLDS = ((Slot.HOLD_1, Slot.RESUMED_1), (Slot.HOLD_2, Slot.RESUMED_2))


def group_of(slot: Slot) -> Group:
    """Return how the event of a slot is written."""
    if slot in MOVES:
        return Group.STATUS
    if slot in REPLIES:
        return Group.REPLY
    if slot in FOLLOWUPS:
        return Group.FOLLOWUP
    if slot in FILES:
        return Group.ATTACHMENT
    if slot is Slot.EXTENDED:
        return Group.EXTENSION
    return Group.CREATED if slot is Slot.CREATED else Group.OPENING


GROUPS = tuple(group_of(slot) for slot in Slot)
# `kind` of a slot's text; 0 where it has none.
REPLY_KIND = tuple(REPLY_KINDS.index(REPLIES[s]) if s in REPLIES else 0 for s in Slot)
FOLLOWUP_KIND = tuple(FOLLOWUP_KINDS.index(FOLLOWUPS[s]) if s in FOLLOWUPS else 0 for s in Slot)
