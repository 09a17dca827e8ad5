"""Two worlds and several publications in one bucket: what people saw comes back."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.run.lake import Lake, LakeFactory, small_world
from tests.integration.run.restoring import control, drop, empty_database, served

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


def published_run(lake: Lake, *options: str) -> str:
    done = lake.pqr("run", "--no-prefect-server", "--quiet", *options)
    assert done.returncode == 0, done.stderr
    return live(lake)


def live(lake: Lake) -> str:
    return str(
        lake.query(
            "select run_id from meta.publications join meta.current_publication"
            " using (publication_id)"
        )[0][0]
    )


def test_the_last_publication_and_the_one_before_it_come_back(
    new_lake: LakeFactory, tmp_path: Path
) -> None:
    lake, config = new_lake(), ["--config", str(small_world(tmp_path)), "--days", "1"]
    published_run(lake, *config)
    second = published_run(lake, *config, "--start", "2025-09-02")
    seen_second = served(lake)
    other = published_run(lake, *config, "--seed", "7")
    seen_other = served(lake)
    assert seen_other != seen_second
    assert lake.pqr("publish", "--run-id", second).returncode == 0

    back = Lake(replace(empty_database(lake.settings), s3=lake.settings.s3))
    try:
        done = back.pqr("restore", "--from-bucket")
        assert done.returncode == 0, done.stderr
        assert "4 entries" in done.stdout
        assert "3 runs" in done.stdout
        assert "2 publications" in done.stdout
        assert live(back) == second
        assert served(back) == seen_second
        assert control(back) == control(lake)
        # The journal goes on where it ended, also from the restored control plane.
        assert back.pqr("publish", "--run-id", other).returncode == 0
        assert served(back) == seen_other
        third = published_run(back, *config, "--start", "2025-09-03")
        assert third not in (second, other)
        seen_third = served(back)
    finally:
        drop(back.settings)
    once_more = Lake(replace(empty_database(lake.settings), s3=lake.settings.s3))
    try:
        done = once_more.pqr("restore", "--from-bucket")
        assert "6 entries" in done.stdout, done.stdout + done.stderr
        assert live(once_more) == third
        assert served(once_more) == seen_third
    finally:
        drop(once_more.settings)


def test_a_world_comes_back_whatever_its_configuration_is_called(
    new_lake: LakeFactory, tmp_path: Path
) -> None:
    """The journal holds the path of the file; one with a line separator is one line of it."""
    lake = new_lake()
    config = small_world(tmp_path).rename(tmp_path / "small\u2028world.yaml")
    published_run(lake, "--config", str(config), "--days", "1")
    back = Lake(replace(empty_database(lake.settings), s3=lake.settings.s3))
    try:
        done = back.pqr("restore", "--from-bucket")
        assert done.returncode == 0, done.stderr
        assert served(back) == served(lake)
        assert control(back) == control(lake)
    finally:
        drop(back.settings)
