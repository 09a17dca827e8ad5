"""A project that another process has parsed is the one that this process would parse."""

from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from orchestration.settings import Settings, exported
from orchestration.transform import code_tests
from orchestration.transform.parse_ahead import ParseAhead
from orchestration.transform.projects import DbtFailed, Projects
from tests.project_copy import dbt_project_in

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("target", ["lake", "serving"])
def test_both_processes_parse_the_same(settings: Settings, tmp_path: Path, target: str) -> None:
    elsewhere = replace(settings, home=tmp_path)
    with exported({**settings.exports(), "PQR_LAYER": "silver"}):
        ahead, here = Projects(), Projects()
        ahead.parse_ahead(settings)
        try:
            taken, parsed = ahead.parsed(settings, target), here.parsed(elsewhere, target)
        finally:
            ahead.close()
        again = Projects().parsed(settings, target)
    for part in ("nodes", "sources", "macros", "exposures", "unit_tests", "metrics"):
        ours = getattr(parsed, part)
        for other in (taken, again):
            theirs = getattr(other, part)
            assert theirs.keys() == ours.keys()
            for name, node in ours.items():
                assert _facts(theirs[name]) == _facts(node)


def _facts(node: object) -> dict[str, object]:
    facts = node.to_dict(omit_none=False)  # type: ignore[attr-defined]
    return {name: value for name, value in facts.items() if name != "created_at"}


def test_what_does_not_parse_is_left_to_the_caller(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: [broken\n", encoding="utf-8")
    ahead = ParseAhead(replace(settings, project_root=tmp_path))
    try:
        ahead.wait("lake")
        ahead.wait("serving")
    finally:
        ahead.close()
    with pytest.raises(DbtFailed):
        Projects().read(replace(settings, project_root=tmp_path), "lake")


def test_a_process_that_nobody_asks_is_ended(settings: Settings) -> None:
    before = psutil.Process().children()
    ahead = ParseAhead(settings)
    assert len(psutil.Process().children()) == len(before) + 1
    ahead.close()
    assert psutil.Process().children() == before


def test_declarations_are_read_once_for_each_version_of_the_code(
    settings: Settings, tmp_path: Path
) -> None:
    """What is right is remembered, and then no process starts; what is wrong is said each time."""
    own = replace(settings, project_root=dbt_project_in(tmp_path / "project"))
    declared = own.project_root / "dbt_project/models/gold/gold_kpi_sla.yml"
    # A version of its own: the project as it is may have been found right by another test.
    right = declared.read_text(encoding="utf-8") + f"# {tmp_path}\n"
    wrong = right.replace("        grain: [day, pqrs_type]\n", "", 1)
    for text, refused in ((right, False), (wrong, True), (wrong, True), (right, False)):
        declared.write_text(text, encoding="utf-8")
        before = psutil.Process().children()
        projects = Projects()
        projects.parse_ahead(own)
        is_started = psutil.Process().children() != before
        assert is_started != code_tests.declarations_are_right(own)
        try:
            if is_started:
                assert projects._ahead is not None
                projects._ahead.wait("serving")  # the declarations are looked at before it
            if refused:
                with pytest.raises(DbtFailed, match=r"gold_kpi_sla: config\.meta\.grain: is"):
                    projects.require_right()
            else:
                projects.require_right()
        finally:
            projects.close()
        assert code_tests.declarations_are_right(own) != refused
