"""Arguments of the text renderer, as the simulator would draw them."""

from typing import Any

import numpy as np
import pyarrow as pa

from simulator.text.bank import TextBank
from simulator.text.registers import CHANNELS
from simulator.text.render import DRAWS_OPENING, choose_family, choose_topic

ROWS = 6_000


def rows(bank: TextBank, count: int = ROWS, seed: int = 7) -> dict[str, Any]:
    """Draw what the simulator would give for `count` openings."""
    stream = np.random.Generator(np.random.Philox(seed))

    def draw(*shape: int) -> Any:
        return stream.integers(0, 2**64, size=shape, dtype=np.uint64)

    pqrs_type = stream.integers(0, 4, count)
    places = np.array(["Bogotá, D.C.", "San José del Guaviare", "Ñemocón"])
    return {
        "draws": draw(count, DRAWS_OPENING),
        "case": draw(count),
        "channel": stream.integers(0, len(CHANNELS), count),
        "hour": np.arange(count) % 24,
        "pqrs_type": pqrs_type,
        "priority": stream.integers(0, 3, count),
        "topic": choose_topic(bank, draw(count), pqrs_type),
        "family": choose_family(bank, draw(count), pqrs_type),
        "municipio": pa.array(places[stream.integers(0, 3, count)]),
        "day_text": pa.array(["3 de septiembre de 2025"] * count),
        "radicado": pa.array([f"ER{index:07d}" for index in range(count)]),
        "document": pa.array([f"19990{index:05d}" for index in range(count)]),
        "is_mixed": stream.random(count) < 0.15,
    }


def later_texts(bank: TextBank, function: Any, width: int, kinds: int, **more: Any) -> pa.Array:
    given = rows(bank)
    stream = np.random.Generator(np.random.Philox(8))
    names = ("case", "channel", "topic", "radicado", *more.get("also", ()))
    return function(
        bank,
        draws=stream.integers(0, 2**64, size=(ROWS, width), dtype=np.uint64),
        kind=np.arange(ROWS) % kinds,
        **{name: given[name] for name in names},
    )
