"""A build is named by what dbt's manifest says that its layer depends on, and by nothing else."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from orchestration.settings import Settings, load_settings
from orchestration.transform.fingerprint import build_id, id_of_tests, same_code
from tests.project_copy import dbt_project_in

# dbt leaves its log files to the garbage collector.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

NAMED = slice(0, 12)  # what a manifest's key holds of it
LAYERS = ("silver", "gold")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of the dbt project, to be edited."""
    root = dbt_project_in(tmp_path_factory.mktemp("project"))
    settings = load_settings({"PQR_HOME": str(tmp_path_factory.mktemp("home"))})
    return replace(settings, project_root=root)


def ids(settings: Settings) -> dict[str, str]:
    return {layer: build_id(settings, layer, ["a" * 64]) for layer in LAYERS}


@pytest.fixture(scope="module")
def unedited(project: Settings) -> dict[str, str]:
    return ids(project)


def ids_of_tests(settings: Settings) -> dict[str, str]:
    return {layer: id_of_tests(settings, layer) for layer in LAYERS}


@pytest.fixture(scope="module")
def unedited_tests(project: Settings) -> dict[str, str]:
    return ids_of_tests(project)


def test_other_inputs_are_another_build_of_the_same_code(project: Settings) -> None:
    one, other = (build_id(project, "silver", [sha]) for sha in ("a" * 64, "b" * 64))
    assert one[NAMED] != other[NAMED]
    assert same_code(one, other)
    assert len(one) == 64
    assert one == build_id(project, "silver", ["a" * 64])


def replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


def with_comment(text: str) -> str:
    return text.replace("%}", "%} /* edited */", 1)


@pytest.mark.parametrize(
    ("file", "edit", "changed"),
    [
        pytest.param("macros/gold/trend_columns.sql", None, {"gold"}, id="macro of gold"),
        pytest.param(
            "macros/gold/rounded_ratio.sql", None, {"gold"}, id="macro within a macro",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "macros/silver/local_time.sql", None, {"silver", "gold"}, id="macro of both layers"
        ),
        pytest.param("macros/lake/export_partitions.sql", None, set(LAYERS), id="hook"),
        pytest.param(
            "macros/lake/declaration_of.sql", None, set(), id="macro of tests alone",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "dbt_project/models/gold/gold_days.sql", replaced("final", "last_cte"), {"gold"},
            id="model",
        ),
        pytest.param(
            "seeds/dim_status_transition.csv", replaced("CLOSED,ARCHIVED", "CLOSED,RESPONDED"),
            {"silver", "gold"}, id="seed",
        ),
        pytest.param(
            "seeds/dim_role.csv", replaced("agent", "agente"), set(), id="published seed"
        ),
        pytest.param(
            "dbt_project.yml", replaced("sla_policy: academic_v1", "sla_policy: ley_1755"),
            {"silver"}, id="var",
        ),
        pytest.param(
            "dbt_project/docs/columns.md", replaced("Kind of PQRS", "Sort of PQRS"), set(),
            id="description",
        ),
        pytest.param(
            "dbt_project/models/silver/silver_messages.yml",
            replaced("order: [ts, message_id]", "order: [message_id]"), {"silver"}, id="order",
            marks=pytest.mark.slow,
        ),
        pytest.param("tests/dbt/generic/holds.sql", None, set(), id="test"),
    ],
)  # fmt: skip
def test_an_edit_changes_the_layers_that_depend_on_it_and_no_other(
    project: Settings,
    unedited: dict[str, str],
    file: str,
    edit: Callable[[str], str] | None,
    changed: set[str],
) -> None:
    path = project.project_root / file
    text = path.read_text(encoding="utf-8")
    edited = (edit or with_comment)(text)
    assert edited != text
    path.write_text(edited, encoding="utf-8")
    try:
        after = ids(project)
    finally:
        path.write_text(text, encoding="utf-8")
    assert {layer for layer in LAYERS if not same_code(unedited[layer], after[layer])} == changed


def test_without_an_edit_dbt_is_not_asked(
    project: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = ids(project)
    monkeypatch.setattr("orchestration.transform.fingerprint.Projects", None)
    assert ids(project) == known


@pytest.mark.parametrize(
    ("file", "edit", "changed"),
    [
        pytest.param("tests/dbt/generic/holds.sql", None, set(LAYERS), id="generic test"),
        pytest.param("tests/dbt/gold/volume_is_that_of_silver.sql",
                     replaced("full outer", "left"), {"gold"}, id="singular test"),
        pytest.param("macros/lake/declaration_of.sql", None, set(LAYERS), id="macro of tests"),
        pytest.param("dbt_project/models/silver/silver_messages.yml",
                     replaced("config: {severity: warn}", "config: {severity: error}"),
                     {"silver"}, id="severity", marks=pytest.mark.slow),
        pytest.param("dbt_project/docs/columns.md",
                     replaced("Kind of PQRS", "Sort of PQRS"), set(), id="description"),
    ],
)  # fmt: skip
def test_an_edited_test_changes_the_tests_of_the_layers_that_it_reads(
    project: Settings,
    unedited_tests: dict[str, str],
    file: str,
    edit: Callable[[str], str] | None,
    changed: set[str],
) -> None:
    path = project.project_root / file
    text = path.read_text(encoding="utf-8")
    edited = (edit or with_comment)(text)
    assert edited != text
    path.write_text(edited, encoding="utf-8")
    try:
        after = ids_of_tests(project)
    finally:
        path.write_text(text, encoding="utf-8")
    assert {layer for layer in LAYERS if unedited_tests[layer] != after[layer]} == changed
