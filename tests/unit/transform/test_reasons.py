"""Why a layer failed, in the one line that a run ends with."""

from typing import Any

import pytest

from orchestration.transform.dbt import DbtResult, NodeResult
from orchestration.transform.layer import LayerFailed, require_success
from orchestration.transform.reasons import reason_of, said_of_tests

# As dbt gives it, indented below the name of the model.
CONTRACT = """Compilation Error in model gold_x (dbt_project/models/gold/gold_x.sql)
  This model has an enforced contract that failed.
  Please ensure the name, data_type, and number of columns in your contract match the columns in \
your model's definition.

  | column_name | definition_type | contract_type | mismatch_reason       |
  | ----------- | --------------- | ------------- | --------------------- |
  | geo_id      | VARCHAR         | INTEGER       | data type mismatch    |
  | late_days   |                 | DOUBLE        | missing in definition |
  | more        | BIGINT          |               | missing in contract   |
"""


def result(status: str, message: str | None = None, **node: Any) -> NodeResult:
    kind = node.setdefault("resource_type", "test")
    failures = node.pop("failures", None)
    return NodeResult(f"{kind}.pqr_lakehouse.x", status, 0.1, failures, message, node)


def test_a_broken_contract_names_columns_types_and_both_files() -> None:
    node = result(
        "error", CONTRACT, resource_type="model", name="gold_x",
        original_file_path="models/gold_x.sql", patch_path="pqr_lakehouse://models/gold_x.yml",
    )  # fmt: skip
    failed = DbtResult(False, (node,))
    with pytest.raises(LayerFailed) as error:
        require_success("gold", failed)
    assert str(error.value) == (
        "gold: contract of gold_x: geo_id is VARCHAR, declared INTEGER;"
        " late_days is declared DOUBLE, the query lacks it;"
        " more is BIGINT, not declared:"
        " edit models/gold_x.sql or models/gold_x.yml"
    )


def test_of_many_wrong_columns_a_few_are_named() -> None:
    rows = "".join(f"  | c{n} | VARCHAR | DATE | data type mismatch |\n" for n in range(8))
    message = CONTRACT + rows
    assert reason_of(result("error", message, name="gold_x")).endswith(" and 6 more")


def test_a_contract_that_dbt_words_otherwise_is_shown_as_it_is() -> None:
    message = "This model has an enforced contract that failed. So."
    assert reason_of(result("error", message, name="gold_x")) == f"contract of gold_x: {message}"


def test_a_failed_test_names_model_rule_and_how_to_see_its_rows() -> None:
    failed = result(
        "fail", "Got 352 results, configured to fail if != 0", failures=352, name="in_order",
        fqn=["pqr_lakehouse", "gold", "in_order"], attached_node="model.pqr_lakehouse.gold_x",
        depends_on={"nodes": ["model.pqr_lakehouse.gold_x"]},
        test_metadata={"kwargs": {"rule": "a_count <=\n b_count"}},
    )  # fmt: skip
    assert reason_of(failed) == (
        "gold_x: 352 rows break in_order (a_count <= b_count); to see them:"
        " `dbt build --select gold_x`, then `dbt show --select gold_x,in_order`"
    )


def test_a_test_of_two_models_is_named_by_its_file() -> None:
    failed = result(
        "fail", failures=1, name="ticket_exists", fqn=["pqr_lakehouse", "silver", "ticket_exists"],
        attached_node="model.pqr_lakehouse.silver_x", original_file_path="m/silver_x.yml",
        depends_on={"nodes": ["model.pqr_lakehouse.silver_t", "model.pqr_lakehouse.silver_x"]},
    )  # fmt: skip
    assert reason_of(failed) == (
        "silver_x: 1 row breaks ticket_exists; to see them:"
        " `dbt build --select silver_x path:m/silver_x.yml,ticket_exists`,"
        " then `dbt show --select path:m/silver_x.yml,ticket_exists`"
    )


def test_a_test_across_layers_is_one_of_its_own_layer() -> None:
    parents = ["source.p.bronze.world", "model.p.gold_x", "model.p.silver_t"]
    failed = result(
        "fail", failures=2, name="x_is_that_of_silver", depends_on={"nodes": parents},
        fqn=["pqr_lakehouse", "gold", "x_is_that_of_silver"],
    )  # fmt: skip
    assert reason_of(failed) == (
        "gold_x: 2 rows break x_is_that_of_silver; to see them:"
        " `dbt build --select gold_x x_is_that_of_silver`,"
        " then `dbt show --select x_is_that_of_silver`"
    )


def test_rows_of_a_served_table_are_left_to_quality() -> None:
    failed = result(
        "fail", failures=2, name="keys", fqn=["pqr_lakehouse", "serving", "keys"],
        attached_node="model.p.serving_x", depends_on={"nodes": ["model.p.serving_x"]},
    )  # fmt: skip
    assert reason_of(failed) == "serving_x: 2 rows break keys; `pqr quality` lists it"


def test_any_other_error_is_shown_as_dbt_says_it() -> None:
    failed = result("error", "Runtime Error\n  " + "x" * 500, resource_type="model")
    assert reason_of(failed) == f"model.pqr_lakehouse.x: Runtime Error {'x' * 386}"


def test_a_test_that_warned_has_not_passed() -> None:
    nodes = [
        result("success", resource_type="model"),
        result("pass", name="a"),
        result("warn", name="is_odd"),
        result("success", name="b", resource_type="unit_test"),
    ]
    assert said_of_tests(nodes) == "2 tests passed, 1 warned: is_odd"
    assert said_of_tests(nodes[:2]) == "1 test passed"
