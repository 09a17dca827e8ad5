"""The columns of a case's draws: what each raw number of its row decides."""

from enum import IntEnum, auto

# The first columns are needed until a case's last event is written, the others while it is drawn.
KEPT_DRAWS = 7


class Draw(IntEnum):
    """Columns of a case's draws; appending one changes no other."""

    TICKET_HIGH = 0
    TICKET_LOW = auto()
    EVENT = auto()
    TEXT = auto()
    FACT = auto()
    DOCUMENT = auto()
    FILES = auto()
    CREATED_HOUR = auto()
    CREATED_SECOND = auto()
    CHANNEL = auto()
    MISFILED = auto()
    SUBTYPE = auto()
    PRIORITY = auto()
    MISJUDGED = auto()
    MUNICIPALITY = auto()
    TOPIC = auto()
    FAMILY = auto()
    MIXED = auto()
    ATTACHMENTS = auto()
    OPENING = auto()
    RADICATION = auto()
    ACKNOWLEDGE = auto()
    CLASSIFY = auto()
    ASSIGN = auto()
    START = auto()
    MANAGE = auto()
    COMPLEXITY = auto()
    WAIT = auto()
    HOLD = auto()
    HOLD_FIRST = auto()
    HOLD_SECOND = auto()
    HOLD_PLACE = auto()
    HOLD_ANSWER = auto()
    ASK = auto()
    PROGRESS = auto()
    RESPOND = auto()
    CLOSE = auto()
    THANKS = auto()
    NOTE = auto()
    REOPEN = auto()
    REOPEN_DAY = auto()
    REOPEN_HOUR = auto()
    REOPEN_WORK = auto()
    AGAIN = auto()
    AGAIN_DAY = auto()
    AGAIN_HOUR = auto()
    AGAIN_WORK = auto()
    ARCHIVE = auto()
    ACTOR = auto()
