"""What runbooks tell people to ask gives an answer: their SQL, and commands that only look."""

import re
import shlex

import pytest

from tests.integration.run.lake import ROOT, Lake

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

# Of the others some change things, some serve until they are stopped: they are commands, no more.
ONLY_LOOKS = re.compile(r"(runs|quality|status|doctor|logs .*|metrics --once|gc --superseded)")


def in_code(beginning: str) -> set[str]:
    """What the runbooks set in code that begins so, each on one line."""
    pages = (ROOT / "docs" / "runbooks").glob("*.md")
    found = [words for page in pages for words in re.findall(r"`([^`]+)`", page.read_text("utf-8"))]
    return {" ".join(words.split()) for words in found if words.startswith(beginning)}


def test_every_statement_runs_with_the_login_of_pqr_env(published: Lake) -> None:
    statements = in_code("select")
    assert len(statements) > 6
    for statement in statements:
        if "pg_terminate_backend" not in statement:
            published.query(statement)


def test_every_command_is_one_and_those_that_only_look_answer(published: Lake) -> None:
    ((run_id,),) = published.query("select run_id::text from meta.etl_runs")
    commands = {words.removeprefix("pqr ") for words in in_code("pqr ")}
    looking = {command for command in commands if ONLY_LOOKS.fullmatch(command)}
    assert len(looking) > 6
    for command in looking:
        done = published.pqr(*shlex.split(command.replace("RUN_ID", str(run_id))))
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    for name in {command.split()[0] for command in commands - looking}:
        assert published.pqr(name, "--help").returncode == 0, name
