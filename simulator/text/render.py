"""Texts from draws: a citizen's opening and later messages, and the agent's replies.

Every function is vectorised over rows and pure: all choice comes from the given draws. `case` is
one draw a case, the same in each of its texts, so that they agree on the matter, the document that
was asked for, the person's name and the way this person writes. Blocks of 10,000 rows are best.
"""

import numpy as np
import pyarrow as pa

from simulator.text.arguments import check_draws, check_index, check_rows
from simulator.text.assemble import Given, Speaker, chosen_name, joined
from simulator.text.bank import TextBank
from simulator.text.case_words import (
    choose_family,
    choose_topic,
    contact,
    matter,
    person,
    support,
    writing,
)
from simulator.text.choice import I64, U64, Bool, pick
from simulator.text.conversations import ANSWER, FOLLOWUP_KINDS, REPLY_KINDS, THANKS
from simulator.text.openings import HOURS, PRIORITIES, by_daypart
from simulator.text.registers import CHANNELS, HAS_SUBJECT, REGISTER_OF_CHANNEL
from simulator.text.source import TYPES

__all__ = [
    "DRAWS_FOLLOWUP",
    "DRAWS_OPENING",
    "DRAWS_REPLY",
    "agent_reply",
    "choose_family",
    "choose_topic",
    "citizen_followup",
    "citizen_opening",
]

DRAWS_OPENING = 13
DRAWS_FOLLOWUP = 3
DRAWS_REPLY = 4


def citizen_opening(
    bank: TextBank,
    *,
    draws: U64,
    case: U64,
    channel: I64,
    hour: I64,
    pqrs_type: I64,
    priority: I64,
    topic: I64,
    family: I64,
    municipio: pa.Array,
    day_text: pa.Array,
    radicado: pa.Array,
    document: pa.Array,
    is_mixed: Bool,
) -> pa.Array:
    """Write the first message of each case.

    Args:
        bank: The phrase bank.
        draws: (n, DRAWS_OPENING) draws.
        case: (n,) the case's own draw.
        channel: (n,) index into CHANNELS.
        hour: (n,) local hour of writing, 0 to 23.
        pqrs_type: (n,) index into P, Q, R, S: the true intent, not the filed one.
        priority: (n,) index into PRIORITIES: the true one.
        topic: (n,) index into `bank.topics.names`.
        family: (n,) index into `bank.intents.families[type]`.
        municipio: (n,) names, plain or dictionary-encoded.
        day_text: (n,) dates as people write them (`3 de septiembre de 2025`), likewise.
        radicado: (n,) an earlier radicado, mentioned in some texts.
        document: (n,) identity documents, mentioned in some texts.
        is_mixed: (n,) whether a second intent of another type follows.

    Returns:
        (n,) texts; mail and web form are `Asunto: ...`, a line break and the body.

    Raises:
        RenderError: A shape or index that does not fit.
    """
    rows = check_draws(draws, DRAWS_OPENING)
    check_index("channel", channel, rows, len(CHANNELS))
    check_index("hour", hour, rows, HOURS)
    check_index("pqrs_type", pqrs_type, rows, len(TYPES))
    check_index("priority", priority, rows, len(PRIORITIES))
    check_index("topic", topic, rows, len(bank.topics.names))
    check_index("family", family, rows, bank.family_counts[pqrs_type])
    check_rows(rows, case=case, municipio=municipio, day_text=day_text, radicado=radicado)
    check_rows(rows, document=document, is_mixed=is_mixed)
    tables = bank.openings
    share = {part: percent[channel] for part, percent in bank.registers.parts.items()}
    by_register = REGISTER_OF_CHANNEL[channel] * len(TYPES)
    by_topic = topic * len(TYPES) + pqrs_type
    second = (pqrs_type + 1 + pick(draws[:, 5], len(TYPES) - 1)) % len(TYPES)
    family_register = (tables.family_offsets[pqrs_type] + family) * 2 + REGISTER_OF_CHANNEL[channel]
    level = priority * len(bank.topics.names) * len(TYPES) + by_topic
    one = np.zeros(rows, dtype=np.int64)
    about, name, reach = matter(bank, topic, case), person(bank, case), contact(bank, case)
    say = Speaker(draws, writing(bank, channel, case)).say
    return joined(
        [
            *say(tables.subject, pqrs_type, 0, about, said=HAS_SUBJECT[channel]),
            *say(tables.greeting, by_daypart(channel, hour), 1),
            *say(tables.filler, one, 2, share=share["filler"]),
            *say(tables.intent, family_register, 3, about),
            *say(tables.context, about.item * len(TYPES) + pqrs_type, 4, share=share["context"]),
            *say(tables.mixed, by_register + second, 5, said=is_mixed),
            *say(
                tables.fact,
                by_register + pqrs_type,
                6,
                chosen_name(municipio),
                chosen_name(day_text),
                share=share["fact"],
            ),
            *say(
                tables.radicado,
                by_register + pqrs_type,
                7,
                Given(radicado),
                share=share["radicado"],
            ),
            *say(tables.pause, one, 8, share=share["filler"]),
            *say(tables.priority, level, 9, share=share["priority"]),
            *say(tables.distractor, pqrs_type, 10, share=share["distractor"]),
            *say(tables.closing, channel, 11, share=share["closing"]),
            *say(
                tables.signature,
                channel,
                12,
                name,
                Given(document),
                reach,
                share=share["signature"],
            ),
        ]
    )


def citizen_followup(
    bank: TextBank,
    *,
    draws: U64,
    case: U64,
    kind: I64,
    channel: I64,
    hour: I64,
    topic: I64,
    radicado: pa.Array,
) -> pa.Array:
    """Write a citizen's later messages.

    Args:
        bank: The phrase bank.
        draws: (n, DRAWS_FOLLOWUP) draws.
        case: (n,) the case's own draw, as in its opening.
        kind: (n,) index into FOLLOWUP_KINDS.
        channel: (n,) index into CHANNELS: the case's.
        hour: (n,) local hour of writing, 0 to 23.
        topic: (n,) index into `bank.topics.names`: the case's.
        radicado: (n,) the case's own radicado.

    Returns:
        (n,) texts without a subject.

    Raises:
        RenderError: A shape or index that does not fit.
    """
    rows = check_draws(draws, DRAWS_FOLLOWUP)
    check_index("kind", kind, rows, len(FOLLOWUP_KINDS))
    check_index("channel", channel, rows, len(CHANNELS))
    check_index("hour", hour, rows, HOURS)
    check_index("topic", topic, rows, len(bank.topics.names))
    check_rows(rows, case=case, radicado=radicado)
    parts, register = bank.registers.parts, REGISTER_OF_CHANNEL[channel]
    greeting = by_daypart(channel, hour)
    say = Speaker(draws, writing(bank, channel, case)).say
    followup, closings = bank.conversations.followup, parts["followup_closing"][channel]
    return joined(
        [
            *say(bank.openings.greeting, greeting, 0, share=parts["followup_greeting"][channel]),
            *say(
                followup,
                kind * 2 + register,
                1,
                Given(radicado),
                support(bank, topic, case),
                matter(bank, topic, case),
            ),
            *say(bank.openings.closing, channel, 2, said=kind != THANKS, share=closings),
        ]
    )


def agent_reply(
    bank: TextBank,
    *,
    draws: U64,
    case: U64,
    kind: I64,
    channel: I64,
    pqrs_type: I64,
    topic: I64,
    radicado: pa.Array,
) -> pa.Array:
    """Write the entity's messages.

    Args:
        bank: The phrase bank.
        draws: (n, DRAWS_REPLY) draws.
        case: (n,) the case's own draw, as in its opening.
        kind: (n,) index into REPLY_KINDS.
        channel: (n,) index into CHANNELS: the case's.
        pqrs_type: (n,) index into P, Q, R, S: what the agent takes it for.
        topic: (n,) index into `bank.topics.names`: the case's.
        radicado: (n,) the case's own radicado.

    Returns:
        (n,) texts without a subject and without noise.

    Raises:
        RenderError: A shape or index that does not fit.
    """
    rows = check_draws(draws, DRAWS_REPLY)
    check_index("kind", kind, rows, len(REPLY_KINDS))
    check_index("channel", channel, rows, len(CHANNELS))
    check_index("pqrs_type", pqrs_type, rows, len(TYPES))
    check_index("topic", topic, rows, len(bank.topics.names))
    check_rows(rows, case=case, radicado=radicado)
    tables, register = bank.conversations, REGISTER_OF_CHANNEL[channel]
    asked, about = support(bank, topic, case), matter(bank, topic, case)
    say = Speaker(draws, np.zeros(rows, dtype=np.int64)).say
    return joined(
        [
            *say(tables.greeting, register, 0, person(bank, case)),
            *say(tables.body, kind * len(TYPES) + pqrs_type, 1, Given(radicado), asked, about),
            *say(tables.answer, topic * len(TYPES) + pqrs_type, 2, said=kind == ANSWER),
            *say(tables.closing, register, 3),
        ]
    )
