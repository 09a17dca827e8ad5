"""Texts with known type and priority, written by the simulator's phrase bank for training.

Of five families of wordings one is held out for testing and one for choosing margins: no text of
the training corpus is worded by them, so that a figure on held-out families says how a model does
with wordings that it has not seen.

Real texts are harder than what the phrase bank writes in one go. So one text in six is cut: what is
left is its end, as of a call that was recorded too late or a form that keeps the last lines.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.config.model import PRIORITIES, TYPES
from simulator.messages import day_text
from simulator.seeds import municipalities
from simulator.streams import I64, U64, Bool, mixed, pick
from simulator.text.bank import TextBank, load_bank
from simulator.text.columns import index_column, text_column
from simulator.text.registers import CHANNELS
from simulator.text.render import DRAWS_OPENING, citizen_opening

Families = Literal["training", "validation", "held_out"]

_SIDES: Final = ("held_out", "validation", "training", "training", "training")
_CUT_PERCENT: Final = 17
_LEAST_CUT: Final = 20
_MOST_CUT: Final = 70
_DAYS: Final = 365
_FIRST_DAY: Final = date(2025, 1, 1)
MIXED_PERCENT: Final = 15
# Fixed here, not read from the configuration: another corpus would be another model.
_CHANNEL_WEIGHTS: Final = (38, 31, 14, 11, 6)
# Of alta, media, baja: as in the simulated world.
_PRIORITY_WEIGHTS: Final = (10, 50, 40)
_FIRST_HOUR: Final = 7
_HOURS: Final = 12
# In a noisy text one word of so many loses a letter.
_NOISY_WORD_IN: Final = 4
_SHORTEST_NOISY: Final = 4


@dataclass(frozen=True)
class Corpus:
    """Texts and their labels, one row each.

    Attributes:
        texts: (n,) strings.
        types: (n,) letters P, Q, R, S: what the text was written to mean.
        priorities: (n,) alta, media, baja.
    """

    texts: list[str]
    types: list[str]
    priorities: list[str]


def write_corpus(seed: int, rows: int, families: Families, *, is_noisy: bool = False) -> Corpus:
    """Write `rows` texts; types are equally frequent, priorities as in the simulated world.

    Args:
        seed: Decides every text; another seed gives other texts.
        rows: Number of texts.
        families: Which families of wordings are used.
        is_noisy: Whether a letter is lost in every fourth word.
    """
    bank = load_bank()
    draws = _draws(seed, rows)
    pqrs_type = pick(draws[:, 0], len(TYPES))
    priority = np.repeat(np.arange(len(PRIORITIES)), _PRIORITY_WEIGHTS)[pick(draws[:, 1], 100)]
    written = _written(bank, draws, pqrs_type, priority, families).to_pylist()
    is_cut = pick(draws[:, 12], 100) < _CUT_PERCENT
    percents = _LEAST_CUT + pick(draws[:, 13], _MOST_CUT - _LEAST_CUT)
    texts = [
        _without_beginning(text, percent) if cut else text
        for text, cut, percent in zip(written, is_cut.tolist(), percents.tolist(), strict=True)
    ]
    return Corpus(
        texts=[_with_noise(text) for text in texts] if is_noisy else texts,
        types=[TYPES[index] for index in pqrs_type],
        priorities=[PRIORITIES[index] for index in priority],
    )


def _draws(seed: int, rows: int) -> U64:
    key = np.array([seed, 0], dtype=np.uint64)
    return mixed(np.random.Philox(key=key).random_raw(rows), 14)


def _written(
    bank: TextBank, draws: U64, pqrs_type: I64, priority: I64, families: Families
) -> pa.Array:
    places = text_column([place.name for place in municipalities()])
    dates = text_column([day_text(_FIRST_DAY + timedelta(days=day)) for day in range(_DAYS)])
    numbers = pc.cast(pa.array(10_000_000 + pick(draws[:, 2], 80_000_000)), pa.string())
    channels = np.repeat(np.arange(len(CHANNELS)), _CHANNEL_WEIGHTS)
    is_mixed: Bool = pick(draws[:, 3], 100) < MIXED_PERCENT
    return citizen_opening(
        bank,
        draws=mixed(draws[:, 4], DRAWS_OPENING),
        case=draws[:, 5],
        channel=channels[pick(draws[:, 6], 100)],
        hour=_FIRST_HOUR + pick(draws[:, 7], _HOURS),
        pqrs_type=pqrs_type,
        priority=priority,
        topic=pick(draws[:, 8], len(bank.topics.names)),
        family=_families(bank, draws[:, 9], pqrs_type, families),
        municipio=places.take(index_column(pick(draws[:, 10], len(places)))),
        day_text=dates.take(index_column(pick(draws[:, 11], _DAYS))),
        radicado=pc.binary_join_element_wise("PQR-2025", numbers, "-"),
        document=numbers,
        is_mixed=is_mixed,
    )


def _families(bank: TextBank, draws: U64, pqrs_type: I64, families: Families) -> I64:
    """Choose by the simulator's lots, among the families of one side of the split."""
    chosen = np.zeros(len(draws), dtype=np.int64)
    for number, lots in enumerate(bank.intents.lots()):
        kept = [lot for lot in lots if _SIDES[lot % len(_SIDES)] == families]
        rows = pqrs_type == number
        chosen[rows] = np.array(kept)[pick(draws[rows], len(kept))]
    return chosen


def _without_beginning(text: str, percent: int) -> str:
    """Drop so many percent of the words from the beginning."""
    words = text.split(" ")
    return " ".join(words[len(words) * percent // 100 :])


def _with_noise(text: str) -> str:
    return " ".join(_noisy_word(word) for word in text.split(" "))


def _noisy_word(word: str) -> str:
    """Drop one letter of a longer word; a checksum decides which words and which letter."""
    checksum = crc32(word.encode())
    if len(word) < _SHORTEST_NOISY or checksum % _NOISY_WORD_IN:
        return word
    place = 1 + checksum // _NOISY_WORD_IN % (len(word) - 2)
    return word[:place] + word[place + 1 :]
