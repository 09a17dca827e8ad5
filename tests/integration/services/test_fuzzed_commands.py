"""Every command, with values of every kind for every parameter that it declares."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.cli.app import app
from orchestration.services import lifecycle
from orchestration.settings import PROJECT_ROOT
from tests.conftest import free_ports

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
EXIT_CODES = {0, 1, 2, 3, 4}
# These serve until they are ended.
SERVING = {"alerts receive", "schedule", "dashboard", "metrics"}
# One that happens to be right would take minutes: they find no services.
WORKING = {"run", "daily", "backfill"}
CONFIGURATION = PROJECT_ROOT / "simulator" / "config" / "pqrs_simulation_v1.yaml"
tried: Counter[str] = Counter()


def commands(group: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command and the commands of every group, by the words that are typed."""
    for name, command in group.commands.items():
        words = (*before, name)
        if hasattr(command, "commands"):
            yield from commands(command, words)
        else:
            yield " ".join(words), command


COMMANDS = {
    name: command for name, command in commands(typer.main.get_command(app)) if name not in SERVING
}
HOSTILE = st.one_of(
    st.integers().map(str),
    st.floats().map(str),
    st.sampled_from(
        [
            "", "-1", "0", "9" * 40, "nan", "inf", "-inf", "2025-02-30", "9999-12-31",
            "0000-00-00", "/", "/dev/null", "/dev/zero", "/proc/self/mem", ".", "\x1b[31m",
            "/no/such/file",
            "=1+1", "<script>", "[bold]", "\u202e", "../../etc/passwd", "s3://x/y",
            "'; drop table x; --",
        ]
    ),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
)  # fmt: skip


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A home whose services are up, and at the end how much was tried."""
    s3_port, postgres_port = free_ports()
    home = tmp_path_factory.mktemp("fuzzed")
    names = {
        "PQR_HOME": str(home),
        "PQR_S3_PORT": str(s3_port),
        "PQR_POSTGRES_PORT": str(postgres_port),
    }
    assert run(["up"], names, home).returncode == 0
    yield names
    lifecycle.delete(home)
    for kind, count in sorted(tried.items()):
        print(f"RESULT fuzzed_{kind} {count}", file=sys.__stdout__, flush=True)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_no_command_line_shows_a_traceback(
    name: str, up: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("typed")
    nowhere = {**up, "PQR_HOME": str(folder / "home"), "PQR_S3_PORT": "1025"}

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def type_it(data: st.DataObject) -> None:
        words = name.split()
        for parameter in COMMANDS[name].params:
            if parameter.name == "help" or not (parameter.required or data.draw(st.booleans())):
                continue
            if parameter.param_type_name == "argument":
                words.append(data.draw(HOSTILE))
            elif getattr(parameter, "is_flag", False):
                words.append(parameter.opts[0])
            else:
                words += [parameter.opts[0], data.draw(HOSTILE)]
        done = run(words, nowhere if name in WORKING else up, folder)
        tried["command_lines"] += 1
        tried["exit_codes_outside_the_list"] += done.returncode not in EXIT_CODES
        tried["tracebacks"] += "Traceback" in done.stdout + done.stderr
        assert done.returncode in EXIT_CODES, (words, done.stderr)
        assert "Traceback" not in done.stdout + done.stderr, words
        assert "the traceback is in" not in done.stderr, (words, done.stderr)

    type_it()


@pytest.mark.parametrize("name", sorted([*COMMANDS, *SERVING]))
def test_help_has_an_example(name: str, up: dict[str, str], tmp_path: Path) -> None:
    done = run([*name.split(), "--help"], up, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Example: " in done.stdout


@pytest.mark.parametrize(
    "content",
    [
        b"date_range: {start: 2025-02-30}", b"seed: 0x" + b"f" * 40, b"a: 2025-01-01T99:99:99",
        b"[" * 5000, b"\xff\xfe", b"&a [*a]", b"seed: !!python/object:os.system x", b"", b"- 1",
        b"seed: 99999999999999999999999", b"seed: .nan", b"? {a: b}\n: c",
    ],
)  # fmt: skip
def test_a_hostile_configuration_is_named(
    content: bytes, up: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "hostile.yaml"
    file.write_bytes(content)
    done = run(["simulate", "--preview", "--config", str(file)], up, tmp_path)
    tried["configurations"] += 1
    assert done.returncode == 2, done.stderr
    assert "hostile.yaml" in done.stderr
    assert "Traceback" not in done.stderr


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value in the configuration, and of what holds it."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))


SHIPPED = yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.datetimes(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.lists(st.integers(), max_size=3), st.dictionaries(st.text(max_size=3), st.integers(),
    max_size=2), st.sampled_from([10**40, -1, 0, 1e308, "<script>", "../../etc/passwd", "09:00"]),
)  # fmt: skip


def test_any_value_in_any_place_of_the_configuration_is_accepted_or_named(
    up: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "changed.yaml"

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(path=st.sampled_from(list(leaves(SHIPPED))), value=VALUES, is_removed=st.booleans())
    def change(path: tuple[Any, ...], value: object, is_removed: bool) -> None:
        changed = yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))
        holder = changed
        for key in path[:-1]:
            holder = holder[key]
        if is_removed:
            del holder[path[-1]]
        else:
            holder[path[-1]] = value
        file.write_text(yaml.safe_dump(changed, allow_unicode=True), encoding="utf-8")
        words = ["simulate", "--preview", "--days", "1", "--config", str(file)]
        done = run(words, up, tmp_path)
        tried["configurations"] += 1
        tried["tracebacks"] += "Traceback" in done.stdout + done.stderr
        assert done.returncode in (0, 2), (path, value, done.stderr)
        assert "raceback" not in done.stderr, (path, value, done.stderr)
        if done.returncode == 2:
            assert "changed.yaml" in done.stderr, (path, value, done.stderr)

    change()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["simulate", "--preview", "--config", "/dev/zero"], "/dev/zero"),
        (["simulate", "--preview", "--config", "PIPE"], "pipe"),
        (["simulate", "--preview", "--config", "FOLDER"], "folder"),
        (["simulate", "--to", "/dev/null/raw", "--days", "1"], "/dev/null/raw"),
        (["simulate", "--to", "FILE/raw", "--days", "1"], "file"),
        (["ingest", "/dev/zero", "--source", "email"], "/dev/zero"),
        (["ingest", "PIPE", "--source", "email"], "pipe"),
        (["ingest", "FILE", "--source", "email", "--mapping", "/dev/zero"], "/dev/zero"),
        (["ingest", "FILE", "--source", "email", "--mapping", "PIPE"], "pipe"),
        (["ingest", "--check", "PIPE"], "pipe"),
        (["ingest", "--check", "FILE", "--mapping", "PIPE"], "pipe"),
        (["run", "--days", "9" * 30], "9" * 30),
        (["run", "--start", "9999-12-31", "--days", "9"], "9999-12-31"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_or_written_is_named(
    words: list[str], said: str, up: dict[str, str], tmp_path: Path
) -> None:
    places = {name: tmp_path / name.lower() for name in ("PIPE", "FOLDER", "FILE")}
    os.mkfifo(places["PIPE"])
    places["FOLDER"].mkdir()
    places["FILE"].write_text("{}\n")
    for name, place in places.items():
        words = [word.replace(name, str(place)) for word in words]
    done = run(words, up, tmp_path)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr


def run(
    words: list[str], names: dict[str, str], folder: Path
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *words],
        cwd=folder,
        env={**os.environ, **names},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=600,
        check=False,
    )
