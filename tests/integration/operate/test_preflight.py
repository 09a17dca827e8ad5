"""What must hold before a run, said in one line with all that is wrong."""

from dataclasses import replace

import pytest

from orchestration.flows import preflight as checks
from orchestration.flows.preflight import DiskFull, WrongVersion, preflight
from orchestration.services.process import Refused
from orchestration.settings import Settings


def test_a_sound_machine_passes(lake: Settings) -> None:
    preflight(lake)


def test_a_missing_bucket_and_a_full_disk_are_one_line(
    lake: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_NEEDED_BYTES", 10**18)
    wrong = replace(lake, s3=replace(lake.s3, bucket="nowhere-at-all"))
    with pytest.raises(DiskFull, match=r"GB free under .*; .*no bucket nowhere-at-all"):
        preflight(wrong)
    monkeypatch.undo()
    with pytest.raises(Refused, match="no bucket"):
        preflight(wrong)


def test_a_package_of_another_version_is_named(
    lake: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "requires", lambda _: ["duckdb==0.1", "no-such-package-at-all>=1"])
    with pytest.raises(WrongVersion, match=r"duckdb is .*, not ==0.1, no-such-package-at-all is"):
        preflight(lake)
