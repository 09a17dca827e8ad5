"""How people write in each channel: noise, shortenings, and which parts a message has."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator.text.choice import I64, lookup_table
from simulator.text.noise import VARIANTS
from simulator.text.source import (
    BankError,
    as_mapping,
    check_keys,
    check_phrase,
    percents,
    read_mapping,
)

# The contract's order; `channel` arguments are indices into it.
CHANNELS = ("email", "webform", "chat", "call", "other_digital")
# The index into intents.REGISTERS by channel: a chat is not written like a letter.
REGISTER_OF_CHANNEL = np.array([0, 0, 1, 1, 1], dtype=np.int64)
# Mail and web form have a subject line.
HAS_SUBJECT = np.array([True, True, False, False, False])
PARTS = (
    "filler",
    "context",
    "fact",
    "radicado",
    "priority",
    "distractor",
    "closing",
    "signature",
    "followup_greeting",
    "followup_closing",
)


@dataclass(frozen=True)
class Registers:
    """Channel registers.

    Attributes:
        abbreviations: Words that a chat shortens.
        noise: (5, 100) percent lookup from channel to noise variant.
        parts: For each of PARTS, the percent of a channel's messages that have it.
    """

    abbreviations: Mapping[str, str]
    noise: I64
    parts: Mapping[str, I64]


def load_registers(path: Path) -> Registers:
    """Read registers.yaml.

    Raises:
        BankError: An unknown channel, variant or part, or percents that do not fit.
    """
    content = read_mapping(path, ("abbreviations", "noise", "parts"))
    short = as_mapping(f"{path.name}.abbreviations", content["abbreviations"])
    for entry in short.values():
        check_phrase(f"{path.name}.abbreviations", entry)
    noise = check_keys(f"{path.name}.noise", content["noise"], CHANNELS)
    weights = [percents(f"{path.name}.noise.{c}", noise[c], VARIANTS) for c in CHANNELS]
    for channel, row in zip(CHANNELS, weights, strict=True):
        if sum(row) != 100:
            raise BankError(f"{path.name}.noise.{channel}", f"sums to {sum(row)}, not 100")
    parts = check_keys(f"{path.name}.parts", content["parts"], CHANNELS)
    shares = np.array([percents(f"{path.name}.parts.{c}", parts[c], PARTS) for c in CHANNELS])
    return Registers(
        abbreviations=short,
        noise=lookup_table(weights),
        parts={part: shares[:, index] for index, part in enumerate(PARTS)},
    )
