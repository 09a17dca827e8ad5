"""Raw: a store that is slower than the simulation holds it back."""

import time
from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from orchestration import raw
from orchestration.settings import load_settings
from simulator.config import load_config

MEBIBYTE = 1 << 20


@pytest.mark.parametrize("size", [MEBIBYTE // 4, 16 * MEBIBYTE, 100 * MEBIBYTE])
def test_what_waits_for_a_slow_store_is_bounded_in_bytes(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    made, written, most = 0, 0, 0

    def simulate(*_: Any) -> Iterator[SimpleNamespace]:
        nonlocal made, most
        for _number in range(12):
            made += size
            most = max(most, made - written)
            yield SimpleNamespace(payload=bytes(size))

    def put(*_: Any) -> int:
        nonlocal written
        time.sleep(0.02)
        written += size
        return size

    monkeypatch.setattr(raw, "simulate", simulate)
    monkeypatch.setattr(raw, "_put", put)
    config = load_config()
    run = raw.run_of(config, config.start, config.start)
    refs = raw.write_block(load_settings({}).s3, run, config, date.min, date.max)
    assert len(refs) == 12
    # What waits, and what has just been made.
    assert most <= max(64 * MEBIBYTE, size) + size
