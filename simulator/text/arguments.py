"""Checks of what callers give to the rendering functions."""

from collections.abc import Sized

import numpy as np

from simulator.errors import SimulationError
from simulator.text.choice import I64, U64

# Arrow's 32-bit offsets hold 2 GiB of text in an array.
MOST_ROWS = 2_000_000


class RenderError(SimulationError):
    """An argument that does not fit the bank or the other arguments."""

    def __init__(self, argument: str, problem: str) -> None:
        super().__init__(f"{argument}: {problem}")


def check_draws(draws: U64, width: int) -> int:
    """Return the number of rows of an (n, width) array of draws.

    Raises:
        RenderError: Another shape or type, or too many rows for one arrow array.
    """
    if draws.dtype != np.uint64 or draws.ndim != 2 or draws.shape[1] != width:
        raise RenderError("draws", f"must be uint64 (n, {width}), got {draws.dtype} {draws.shape}")
    if len(draws) > MOST_ROWS:
        raise RenderError("draws", f"at most {MOST_ROWS} rows a call, got {len(draws)}")
    return len(draws)


def check_index(argument: str, index: I64, rows: int, below: I64 | int) -> None:
    """Check that `index` has shape (rows,) and lies in 0..below-1.

    Raises:
        RenderError: It does not.
    """
    check_rows(rows, **{argument: index})
    wrong = (index < 0) | (index >= below)
    if wrong.any():
        row = int(wrong.argmax())
        raise RenderError(argument, f"{index[row]} in row {row} is out of range")


def check_rows(rows: int, **arguments: Sized) -> None:
    """Check that each argument has one value a row.

    Raises:
        RenderError: One has not.
    """
    for argument, values in arguments.items():
        if len(values) != rows:
            raise RenderError(argument, f"must have {rows} rows, has {len(values)}")
