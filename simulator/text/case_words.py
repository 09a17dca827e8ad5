"""What stays the same through a case: its topic, its matter, its writer."""

import numpy as np

from simulator.text.assemble import Chosen
from simulator.text.bank import NounTable, TextBank
from simulator.text.choice import I64, U64, pick, weighted

# Odd multipliers that give independent high halves from a case's one draw.
_SUPPORT = np.uint64(0x9E3779B97F4A7C15)
_WRITER = np.uint64(0xD1B54A32D192ED03)
_PERSON = np.uint64(0x8CB92BA72F3D8DD7)


def choose_topic(bank: TextBank, draws: U64, pqrs_type: I64) -> I64:
    """Choose a topic by the type's weights; `draws` and `pqrs_type` have shape (n,)."""
    return weighted(bank.topics.lookup, pqrs_type, draws)


def choose_family(bank: TextBank, draws: U64, pqrs_type: I64) -> I64:
    """Choose a family of the type by its lots; `draws` and `pqrs_type` have shape (n,)."""
    place = bank.lot_starts[pqrs_type] + pick(draws, bank.lot_counts[pqrs_type])
    chosen: I64 = bank.family_lots[place]
    return chosen


def writing(bank: TextBank, channel: I64, case: U64) -> I64:
    """Choose the noise variant of the person's texts."""
    return weighted(bank.registers.noise, channel, case * _WRITER)


def matter(bank: TextBank, topic: I64, case: U64) -> Chosen:
    """Choose what the case is about."""
    return _noun(bank.subjects, topic, case)


def support(bank: TextBank, topic: I64, case: U64) -> Chosen:
    """Choose the document that the entity may ask for."""
    return _noun(bank.supports, topic, case * _SUPPORT)


def _noun(nouns: NounTable, topic: I64, draws: U64) -> Chosen:
    return Chosen(nouns.values, nouns.starts[topic] + pick(draws, nouns.counts[topic]))


def person(bank: TextBank, case: U64) -> Chosen:
    """Choose the person's name."""
    return Chosen(bank.people, pick(case * _PERSON, bank.people.items))


def contact(bank: TextBank, case: U64) -> Chosen:
    """Choose how to reach that same person."""
    return Chosen(bank.contacts, pick(case * _PERSON, bank.contacts.items))
