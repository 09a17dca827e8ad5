"""A signal ends a run as what it is, also when a library swallows or renames what it raises."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.errors import ServiceUnavailable
from orchestration.flows import preflight
from orchestration.flows.failures import (
    may_pass,
    raise_pending_signal,
    reason_of,
    remember_signals,
    run_interruptible,
)
from orchestration.settings import load_settings


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


def test_a_signal_is_named_where_its_handler_says_nothing() -> None:
    class Ended(BaseException):
        """As Prefect raises for SIGTERM: without a word."""

    def end(number: int, frame: object) -> None:
        raise Ended

    before = signal.signal(signal.SIGTERM, end)
    try:
        with remember_signals():
            with pytest.raises(Ended) as caught:
                os.kill(os.getpid(), signal.SIGTERM)
            assert reason_of(caught.value) == "ended by SIGTERM"
            assert reason_of(KeyboardInterrupt("ended by SIGINT")) == "ended by SIGINT"
            assert reason_of(ValueError()) == "ValueError"
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_service_on_a_full_disk_is_not_to_blame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = ServiceUnavailable("S3 at http://127.0.0.1: InternalError")
    own = load_settings({"PQR_HOME": str(tmp_path)})
    assert preflight.full_disk_behind(failing, own) is None
    monkeypatch.setattr(preflight, "_FULL_BYTES", 1 << 62)
    found = preflight.full_disk_behind(failing, own)
    assert f"the disk of {tmp_path} is full" in str(found)
    assert found is not None
    assert (found.exit_code, may_pass(found)) == (1, False)
    assert preflight.full_disk_behind(ValueError("2025-13-01"), own) is None
    s3 = replace(own.s3, is_embedded=False)
    elsewhere = replace(own, s3=s3, postgres=replace(own.postgres, is_embedded=False))
    assert preflight.full_disk_behind(failing, elsewhere) is None
