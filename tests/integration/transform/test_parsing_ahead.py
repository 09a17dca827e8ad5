"""A project that another process has parsed is the one that this process would parse."""

from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from orchestration.settings import Settings, exported
from orchestration.transform.parse_ahead import ParseAhead
from orchestration.transform.projects import Projects, dbt_options

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("target", ["lake", "serving"])
def test_both_processes_parse_the_same(settings: Settings, target: str) -> None:
    options = dbt_options(settings, target)
    with exported({**settings.exports(), "PQR_LAYER": "silver"}):
        ahead, here = Projects(), Projects()
        ahead.parse_ahead(settings)
        try:
            taken, parsed = ahead.parsed(target, options), here.parsed(target, options)
        finally:
            ahead.close()
    for part in ("nodes", "sources", "macros", "exposures", "unit_tests", "metrics"):
        ours, theirs = getattr(parsed, part), getattr(taken, part)
        assert list(theirs) == list(ours)
        for name, node in ours.items():
            assert _facts(theirs[name]) == _facts(node)


def _facts(node: object) -> dict[str, object]:
    facts = node.to_dict(omit_none=False)  # type: ignore[attr-defined]
    return {name: value for name, value in facts.items() if name != "created_at"}


def test_what_does_not_parse_is_left_to_the_caller(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: [broken\n", encoding="utf-8")
    ahead = ParseAhead(replace(settings, project_root=tmp_path))
    try:
        assert ahead.take("lake") is None
        assert ahead.take("serving") is None
    finally:
        ahead.close()


def test_a_process_that_nobody_asks_is_ended(settings: Settings) -> None:
    before = psutil.Process().children()
    ahead = ParseAhead(settings)
    assert len(psutil.Process().children()) == len(before) + 1
    ahead.close()
    assert psutil.Process().children() == before
