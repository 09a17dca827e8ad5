"""What a summary keeps of a long text, beside its first three sentences: `make bench-summary`.

A part is kept when at least half of its characters are in the chosen sentences. Of the written
texts (tests/data/enrichment/long_texts.jsonl) the request, the date and the amount are labelled.
Of the simulator's, the request is where the same draws with another wording of it give another
text, and a date is what the recogniser finds, which the summary uses too.

    python -m benchmarks.summary [--texts 20000]
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa

from benchmarks.results import result
from orchestration.enrichment.entities import find_entities, masked
from orchestration.enrichment.sentence_ends import spans_of
from orchestration.enrichment.summary import MOST_SENTENCES, Message, summary_of
from simulator.messages import day_text
from simulator.seeds import municipalities
from simulator.streams import mixed, pick
from simulator.text.bank import load_bank
from simulator.text.registers import CHANNELS
from simulator.text.render import DRAWS_OPENING, citizen_opening

_WRITTEN: Final = Path(__file__).parents[1] / "tests/data/enrichment/long_texts.jsonl"
# The longest tenth of the simulator's opening messages.
_LONG_OPENING: Final = 400
_SEED: Final = 20251126
_BLOCK: Final = 5_000
_FIRST_DAY: Final = date(2025, 1, 1)
_LEAST_REQUEST_KEPT: Final = 90

Span = tuple[int, int]


class Labelled(NamedTuple):
    """A text, and where in it are the parts that a summary should keep."""

    text: str
    parts: Mapping[str, Span]


def main(texts: int) -> int:
    """Print what is kept; return 1 when a target is missed."""
    is_met = _compare("written", list(written()))
    is_met &= _compare("simulated", list(simulated(texts)))
    return 0 if is_met else 1


def written() -> Iterator[Labelled]:
    """Yield the labelled texts as they are read: personal data masked."""
    for line in _WRITTEN.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = masked(row["text"], find_entities(row["text"]))
        parts = {name: row[name] for name in ("request", "date", "amount") if row[name]}
        found = {name: text.index(part) for name, part in parts.items()}
        yield Labelled(text, {name: (at, at + len(parts[name])) for name, at in found.items()})


def simulated(texts: int) -> Iterator[Labelled]:
    """Yield the long ones of so many opening messages."""
    for start in range(0, texts, _BLOCK):
        rows = min(_BLOCK, texts - start)
        for one, other in zip(_openings(start, rows, 0), _openings(start, rows, 1), strict=True):
            if len(one) < _LONG_OPENING:
                continue
            first = _common(one, other)
            last = len(one) - _common(one[first:][::-1], other[first:][::-1])
            # The rest is masked, the request names nobody.
            text, end = masked(one[:first], find_entities(one[:first])), one[first:last]
            parts = {"request": (len(text), len(text) + len(end))}
            text += end + masked(one[last:], find_entities(one[last:]))
            dates = [entity for entity in find_entities(text) if entity.kind == "date"]
            if dates:
                parts["date"] = (dates[0].start, dates[0].end)
            yield Labelled(text, parts)


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common from the beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _openings(start: int, rows: int, wording: int) -> list[str]:
    """Opening messages; `wording` changes how the request is worded, and nothing else."""
    bank = load_bank()
    key = np.array([_SEED, start], dtype=np.uint64)
    draws = mixed(np.random.Philox(key=key).random_raw(rows), 10)
    pqrs_type = pick(draws[:, 0], 4)
    family_counts = bank.family_counts[pqrs_type]
    names = pa.array([place.name for place in municipalities()])
    dates = pa.array([day_text(_FIRST_DAY + timedelta(days=day)) for day in range(365)])
    numbers = pa.array([str(10_000_000 + number) for number in pick(draws[:, 1], 80_000_000)])
    made: list[str] = citizen_opening(
        bank,
        draws=mixed(draws[:, 2], DRAWS_OPENING),
        case=draws[:, 3],
        channel=pick(draws[:, 4], len(CHANNELS)),
        hour=7 + pick(draws[:, 5], 12),
        pqrs_type=pqrs_type,
        priority=pick(draws[:, 6], 3),
        topic=pick(draws[:, 7], len(bank.topics.names)),
        family=(pick(draws[:, 8], 1_000) + wording) % family_counts,
        municipio=names.take(pa.array(pick(draws[:, 9], len(names)))),
        day_text=dates.take(pa.array(pick(draws[:, 9], 365))),
        radicado=pa.array([f"PQR-2025-{number}" for number in numbers.to_pylist()]),
        document=numbers,
        is_mixed=pick(draws[:, 9], 100) < 15,
    ).to_pylist()
    return made


def _compare(name: str, texts: Sequence[Labelled]) -> bool:
    """Print the figures of the summary and of the first sentences."""
    print(f"{name}: {len(texts)} texts", flush=True)
    is_met = True
    for of, least in (("summary", _LEAST_REQUEST_KEPT), ("first_sentences", None)):
        kept: dict[str, list[bool]] = defaultdict(list)
        characters = 0
        for text, parts in texts:
            spans = _summary(text) if of == "summary" else spans_of(text, MOST_SENTENCES)
            characters += sum(end - start for start, end in spans)
            for part, (start, end) in parts.items():
                inside = sum(max(0, min(end, e) - max(start, s)) for s, e in spans)
                kept[part].append(2 * inside >= end - start)
        for part, flags in sorted(kept.items()):
            share = 100 * sum(flags) / len(flags)
            wanted = least if part == "request" else None
            title = f"{name}_{of}_keeps_{part}_of_{len(flags)}"
            is_met &= result(title, share, "%", at_least=wanted)
        total = sum(len(text) for text, _ in texts)
        result(f"{name}_{of}_characters", 100 * characters / total, "%")
    return is_met


def _summary(text: str) -> list[Span]:
    return [(one.start, one.end) for one in summary_of([Message("", text)])]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=20_000)
    sys.exit(main(parser.parse_args().texts))
