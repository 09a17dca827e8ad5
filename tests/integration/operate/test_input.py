"""Bad input of the commands that operate a lake: refused before anything is written."""

import pytest

from tests.integration.run.lake import Lake, LakeFactory

# A command a line of input, each of which starts Prefect.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def empty(new_lake: LakeFactory) -> Lake:
    return new_lake()


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (["daily", "--day", "2025-09-05"], 2, "2025-09-05 is in the future: today is 2025-09-04"),
        (["daily", "--day", "2025-08-31"], 2, "2025-08-31 is outside the world"),
        (["backfill", "--start", "2025-09-04", "--days", "9"], 2, "2025-09-12 is in the future"),
        (["backfill", "--start", "2025-09-03"], 2, "--end or --days"),
        (["backfill", "--end", "2025-09-03", "--start", "2025-09-04"], 2, "end 2025-09-03"),
        (["backfill", "--days", "1", "--publish", "never"], 2, "--publish never"),
        (["schedule", "--cron", "every day"], 2, "every day"),
        (["schedule", "--cron", "* * * * * *"], 2, "of 5 fields"),
    ],
)
def test_bad_input_is_one_line_and_an_exit_code(
    empty: Lake, arguments: list[str], code: int, named: str
) -> None:
    done = empty.pqr(*arguments, PQR_TODAY="2025-09-04")
    assert done.returncode == code, done.stderr
    said = done.stderr.strip().splitlines()
    assert len(said) == 1, done.stderr
    assert named in said[0]
