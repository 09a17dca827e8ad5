"""Every command, with values of every kind for every parameter that it declares."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.cli.app import app
from orchestration.settings import PROJECT_ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
EXIT_CODES = {0, 1, 2, 3, 4}
# These serve until they are ended.
SERVING = {"schedule", "dashboard", "metrics"}
COMMANDS = {
    name: command
    for name, command in typer.main.get_command(app).commands.items()  # type: ignore[attr-defined]
    if name not in SERVING
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


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_no_command_line_shows_a_traceback(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("fuzzed")

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def tried(data: st.DataObject) -> None:
        words = [name]
        for parameter in COMMANDS[name].params:
            if parameter.name == "help" or not data.draw(st.booleans()):
                continue
            if parameter.param_type_name == "argument":
                words.append(data.draw(HOSTILE))
            elif getattr(parameter, "is_flag", False):
                words.append(parameter.opts[0])
            else:
                words += [parameter.opts[0], data.draw(HOSTILE)]
        done = run(words, home)
        assert done.returncode in EXIT_CODES, (words, done.stderr)
        assert "Traceback" not in done.stdout + done.stderr, words
        assert "the traceback is in" not in done.stderr, (words, done.stderr)

    tried()


@pytest.mark.parametrize(
    "content",
    [
        b"date_range: {start: 2025-02-30}", b"seed: 0x" + b"f" * 40, b"a: 2025-01-01T99:99:99",
        b"[" * 5000, b"\xff\xfe", b"&a [*a]", b"seed: !!python/object:os.system x", b"", b"- 1",
        b"seed: 99999999999999999999999", b"seed: .nan", b"? {a: b}\n: c",
    ],
)  # fmt: skip
def test_a_hostile_configuration_is_named(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "hostile.yaml"
    file.write_bytes(content)
    done = run(["simulate", "--preview", "--config", str(file)], tmp_path)
    assert done.returncode == 2, done.stderr
    assert "hostile.yaml" in done.stderr
    assert "Traceback" not in done.stderr


def run(words: list[str], home: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *words],
        cwd=PROJECT_ROOT,
        env={
            **os.environ,
            "PQR_HOME": str(home),
            "PQR_S3_PORT": "1025",
            "PQR_POSTGRES_PORT": "1040",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
        check=False,
    )
