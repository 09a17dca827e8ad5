"""A signal ends a run as what it is, also when a library swallows or renames what it raises."""

import os
import signal

import pytest

from orchestration.flows.failures import (
    raise_pending_signal,
    remember_signals,
    run_interruptible,
)


def interrupted_query() -> None:
    try:
        os.kill(os.getpid(), signal.SIGINT)
        signal.sigtimedwait((), 1)
    except KeyboardInterrupt:
        raise RuntimeError("Query interrupted") from None


def test_a_renamed_interruption_is_one_again() -> None:
    with pytest.raises(KeyboardInterrupt), remember_signals():
        run_interruptible(interrupted_query)


def test_a_swallowed_interruption_comes_before_the_next_step() -> None:
    with remember_signals():
        with pytest.raises(RuntimeError):
            interrupted_query()
        with pytest.raises(KeyboardInterrupt):
            raise_pending_signal()
    raise_pending_signal()  # what came in a block is forgotten after it


def test_a_failure_without_a_signal_stays_what_it_is() -> None:
    def fail() -> None:
        raise RuntimeError("no")

    with remember_signals(), pytest.raises(RuntimeError, match="no"):
        run_interruptible(fail)
