"""Every command of every page of docs/how-to, as a reader gives it, on a world of few cases."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.run.lake import ROOT, Lake, LakeFactory, small_world
from tests.integration.run.project import copy_project

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2400)]

PAGES = sorted(path for path in (ROOT / "docs/how-to").glob("*.md") if ".es." not in path.name)
# What no test has: an account in a cloud, a cluster.
_ELSEWHERE = {"go-to-aws", "use-supabase", "run-on-kubernetes", "use-another-s3"}


def blocks(page: Path) -> list[str]:
    """The blocks of shell commands of a page."""
    return re.findall(r"^```sh\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)


@dataclass(frozen=True)
class Reader:
    """A copy of the project in which a reader works, and the lake that it runs on."""

    root: Path
    lake: Lake

    def give(self, commands: str, *, accepted: tuple[int, ...] = (0,)) -> str:
        environment = self.lake.environment
        environment["PATH"] = (
            f"{self.root / 'bin'}:{Path(sys.executable).parent}:" + (environment["PATH"])
        )
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=self.root, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode in accepted, commands + done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout


@pytest.fixture(scope="module")
def reader(new_lake: LakeFactory, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """A reader with thirty published days of twenty cases."""
    root = tmp_path_factory.mktemp("reader")
    copy_project(root, "docs", "tests/data")
    config = root / "simulator" / "config" / "pqrs_simulation_v1.yaml"
    config.write_text(small_world(tmp_path_factory.mktemp("small")).read_text(encoding="utf-8"))
    program = root / "bin" / "pqr"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m orchestration.cli "$@"\n')
    program.chmod(0o755)
    someone = Reader(root, new_lake())
    someone.give("pqr run --days 30 --no-prefect-server")
    return someone


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if blocks(page) and page.stem not in _ELSEWHERE],
    ids=lambda p: p.stem,
)
def test_every_command_of_a_page_works(page: Path, reader: Reader, new_lake: LakeFactory) -> None:
    text = page.read_text(encoding="utf-8")
    for diff in re.findall(r"```diff\n(.*?)^```$", text, re.M | re.S):
        subprocess.run(["patch", "-p1"], cwd=reader.root, input=diff, text=True, check=True)
    if page.stem == "go-to-rustfs":
        reader = Reader(reader.root, new_lake())
    for block in blocks(page):
        commands = block.replace(".venv/bin/", "")  # where the reader of this test has programs
        if page.stem == "go-to-rustfs":
            commands = with_services_of(reader.lake, commands)
        if "VERSION" in commands:
            listed = reader.give("pqr models list")
            (version,) = re.findall(r"^not in use (\S+)", listed, re.M)
            # 1: this model is worse on a split, which the page says.
            reader.give(commands.replace("VERSION", version), accepted=(0, 1))
        else:
            reader.give(commands)
    if page.stem == "go-to-rustfs":
        home = reader.root / f".{reader.lake.settings.s3.bucket}"
        reader.give(f'PQR_HOME="{home}" pqr down')


def with_services_of(lake: Lake, commands: str) -> str:
    """The commands with the addresses and keys that a reader would fill in."""
    names = {
        "ENDPOINT": "AWS_ENDPOINT_URL",
        "KEY": "AWS_ACCESS_KEY_ID",
        "SECRET": "AWS_SECRET_ACCESS_KEY",
    }
    for place, name in names.items():
        commands = re.sub(rf"={place}$", f"={lake.environment[name]}", commands, flags=re.M)
    # Blocks of the page are given one after the other; each is a shell of its own here.
    return commands.replace("pqr-rustfs", lake.settings.s3.bucket)


def test_every_command_of_a_page_is_in_a_block_that_is_run() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for kind, block in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S):
            is_command = re.search(r"^(\.venv/bin/)?(pqr|dbt|make) ", block, re.M)
            assert kind == "sh" or not is_command, (page.name, block)


def test_the_fault_of_the_lab_is_published_found_and_repaired(reader: Reader) -> None:
    page = (ROOT / "docs/course/lab.md").read_text(encoding="utf-8")
    plant, look, check = re.findall(r"^```sh\n(.*?)^```$", page, re.M | re.S)
    reader.give(plant)
    shown = reader.give(look)
    nothing_due = re.findall(r"^(\S+) +0 ", shown, re.M)
    day = (reader.root / "target" / "lab.txt").read_text(encoding="utf-8")
    assert day in nothing_due
    assert reader.give(check, accepted=(1,)).count("no ") == 3
    found = check.replace("2025-09-01", day)
    assert reader.give(found, accepted=(1,)).startswith("yes  the day is right")
    shutil.copy2(ROOT / "seeds/dim_calendar.csv", reader.root / "seeds")
    reader.give("pqr run --days 30")
    assert "no " not in reader.give(found)
