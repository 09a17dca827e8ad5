"""A build is named by all that its bytes depend on, and shows which code it is of."""

from pathlib import Path

from orchestration.settings import PROJECT_ROOT
from orchestration.transform.fingerprint import build_id, same_code

NAMED = slice(0, 12)  # what a manifest's key holds of it


def test_other_inputs_are_another_build_of_the_same_code() -> None:
    one, other = (build_id(PROJECT_ROOT, "silver", [sha]) for sha in ("a" * 64, "b" * 64))
    assert one[NAMED] != other[NAMED]
    assert same_code(one, other)
    assert len(one) == 64
    assert one == build_id(PROJECT_ROOT, "silver", ["a" * 64])


def test_other_code_is_another_build_of_the_same_inputs(tmp_path: Path) -> None:
    model = tmp_path / "dbt_project" / "models" / "silver" / "silver_one.sql"
    model.parent.mkdir(parents=True)
    builds = []
    for text in ("select 1", "select 2"):
        model.write_text(text, encoding="utf-8")
        builds.append(build_id(tmp_path, "silver", ["a" * 64]))
    assert builds[0][NAMED] != builds[1][NAMED]
    assert not same_code(*builds)
