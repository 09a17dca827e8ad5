"""`pqr ingest --check` in this process, as a user's command line would call it."""

from pathlib import Path

import yaml
from typer.testing import CliRunner

from orchestration.cli.app import app
from orchestration.cli.last_resort import plain
from orchestration.errors import PqrError
from tests.unit.ingest.delivering import mapping

ENVIRONMENT = {"PQR_TODAY": "2026-11-26"}


def check(path: Path, *more: str, **rules: object) -> tuple[int, str, str]:
    """Judge a file by the mapping of the register, with other top-level fields in `rules`.

    Returns:
        The exit code, what is printed, and what the file is refused for.
    """
    known = path.parent / "mapping.yaml"
    content = mapping(**rules).model_dump(mode="json", exclude_none=True)
    known.write_text(yaml.safe_dump(content), encoding="utf-8")
    return run("ingest", "--check", str(path), "--mapping", str(known), *more)


def run(*arguments: str) -> tuple[int, str, str]:
    """Any command line of `pqr`: exit code, output and the line of an error."""
    done = CliRunner().invoke(app, list(arguments), env=ENVIRONMENT)
    if isinstance(done.exception, PqrError):
        return done.exception.exit_code, done.stdout, plain(str(done.exception))
    assert done.exception is None, done.exception
    return done.exit_code, done.stdout, ""
