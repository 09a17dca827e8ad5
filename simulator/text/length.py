"""How long texts are, for people: in characters."""

import pyarrow as pa
import pyarrow.compute as pc

from simulator.text.bank import TextBank
from simulator.text.choice import I64
from simulator.text.columns import numbers


def text_length(texts: pa.Array, bank: TextBank) -> I64:
    """Count the characters (code points); a line break counts as one even when written out."""
    counts = numbers(pc.utf8_length(texts))
    if len(bank.line_break) > 1:
        breaks = numbers(pc.count_substring(texts, bank.line_break))
        counts = counts - breaks * (len(bank.line_break) - 1)
    return counts
