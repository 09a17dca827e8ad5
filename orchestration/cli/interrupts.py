"""Signals that end a command: what it holds is given back first, then the exit code says which."""

import signal
from types import FrameType


def heed_signals() -> list[signal.Signals]:
    """Let Ctrl-C and SIGTERM unwind the command alike; a second SIGTERM ends it immediately.

    Returns:
        A list that holds the signal once one has come.
    """
    came: list[signal.Signals] = []

    def unwind(number: int, _: FrameType | None) -> None:
        came.append(signal.Signals(number))
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # Libraries clean up after Ctrl-C: dbt ends its queries, Dask its workers.
        raise KeyboardInterrupt(f"ended by {came[-1].name}")

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, unwind)
    return came
