"""What is published, and how it is checked, follows from what the dbt project declares."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace as Node

import pytest

from orchestration.publication.datasets import (
    Dataset,
    DeclarationIncomplete,
    declared_datasets,
    seed_object,
)


def project(**meta: object) -> Node:
    """A parsed project with one served dataset."""
    column = Node(name="day", data_type="date", description="The day.")
    parent = Node(
        resource_type="model", name="gold_kpi_new", alias="kpi_new", fqn=["p", "gold", "x"],
        config=Node(materialized="lake", meta={"serving": {"schema": "gold"}, **meta}),
        columns={"day": column}, description="New.", unique_id="model.p.gold_kpi_new",
        patch_path="p://models/gold/gold_kpi_new.yml", original_file_path="gold_kpi_new.sql",
    )  # fmt: skip
    served = Node(
        resource_type="model", name="serving_kpi_new_daily", alias="kpi_new_daily",
        config=Node(materialized="served_table"), raw_code="{{ served('gold_kpi_new') }}",
        depends_on=Node(nodes=[parent.unique_id], macros=["macro.p.served"]),
        columns={"place": Node(name="place", data_type="jsonb", description="Computed.")},
    )  # fmt: skip
    macros = {"macro.p.served": Node(macro_sql="select", depends_on=Node(macros=[]))}
    nodes = {parent.unique_id: parent, "model.p.serving_kpi_new_daily": served}
    return Node(nodes=nodes, macros=macros, metadata=Node(project_name="p"))


def test_a_dataset_is_what_its_model_declares() -> None:
    (found,) = declared_datasets(project(grain=["day"]))
    assert (found.name, found.table, found.layer) == ("kpi_new", "kpi_new_daily", "gold")
    assert (found.grain, [column.name for column in found.columns]) == (("day",), ["day"])


def test_a_dataset_without_grain_is_refused_with_its_file_and_field() -> None:
    with pytest.raises(
        DeclarationIncomplete, match=r"models/gold/gold_kpi_new\.yml: .*config\.meta\.grain"
    ):
        declared_datasets(project())


def edit_model(parsed: Node) -> None:
    parsed.nodes["model.p.serving_kpi_new_daily"].raw_code += "where true"


def edit_macro(parsed: Node) -> None:
    parsed.macros["macro.p.served"].macro_sql += " "


def edit_type(parsed: Node) -> None:
    parsed.nodes["model.p.gold_kpi_new"].columns["day"].data_type = "timestamp"


def edit_computed_type(parsed: Node) -> None:
    parsed.nodes["model.p.serving_kpi_new_daily"].columns["place"].data_type = "json"


@pytest.mark.parametrize("edit", [edit_model, edit_macro, edit_type, edit_computed_type])
def test_what_decides_served_rows_is_in_the_code(edit: Callable[[Node], None]) -> None:
    parsed = project(grain=["day"])
    (before,) = declared_datasets(parsed)
    edit(parsed)
    assert declared_datasets(parsed)[0].code != before.code


def test_a_description_is_another_declaration_of_the_same_rows() -> None:
    parsed = project(grain=["day"])
    (before,) = declared_datasets(parsed)
    parsed.nodes["model.p.gold_kpi_new"].columns["day"].description = "Another text."
    (after,) = declared_datasets(parsed)
    assert (after.code == before.code, after.declaration == before.declaration) == (True, False)


def test_a_seed_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "dim_x.csv"
    path.write_text('id,name\na,"one, two"\nb,\n', encoding="utf-8")
    dataset = Dataset("dim_x", "dim_x", seed=path)
    first = seed_object(dataset)
    assert first.rows == 2
    assert first.key == f"seeds/dim_x/part-{first.sha256[:12]}.csv"
    path.write_text("id,name\na,one\n", encoding="utf-8")
    assert seed_object(dataset).key != first.key
