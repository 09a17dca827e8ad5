"""A signal ends a run as what it is, also when a library swallows or renames what it raises."""

import os
import signal

import pytest

from orchestration.flows.interruption import (
    heed_signals_again,
    heeding_signals,
    remembered_signals,
)


def interrupted_query() -> None:
    try:
        os.kill(os.getpid(), signal.SIGINT)
        signal.sigtimedwait((), 1)
    except KeyboardInterrupt:
        raise RuntimeError("Query interrupted") from None


def test_a_renamed_interruption_is_one_again() -> None:
    with pytest.raises(KeyboardInterrupt), remembered_signals():
        heeding_signals(interrupted_query)


def test_a_swallowed_interruption_comes_before_the_next_step() -> None:
    with remembered_signals():
        with pytest.raises(RuntimeError):
            interrupted_query()
        with pytest.raises(KeyboardInterrupt):
            heed_signals_again()
    heed_signals_again()  # what came in a block is forgotten after it


def test_a_failure_without_a_signal_stays_what_it_is() -> None:
    def fail() -> None:
        raise RuntimeError("no")

    with remembered_signals(), pytest.raises(RuntimeError, match="no"):
        heeding_signals(fail)
