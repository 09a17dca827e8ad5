"""What checks the code counts for exactly this code, and for the layer that was built."""

from dataclasses import replace
from pathlib import Path

from orchestration.settings import load_settings
from orchestration.transform import code_tests


def test_what_passed_counts_until_a_file_changes_and_again_when_it_is_taken_back(
    tmp_path: Path,
) -> None:
    settings = replace(load_settings({"PQR_HOME": str(tmp_path / "home")}), project_root=tmp_path)
    declared = tmp_path / "dbt_project" / "models" / "gold_kpi.yml"
    declared.parent.mkdir(parents=True)
    declared.write_text("grain: [day]", encoding="utf-8")
    assert not code_tests.have_passed(settings, "gold")
    code_tests.remember(settings, "gold")
    assert code_tests.have_passed(settings, "gold")
    assert not code_tests.have_passed(settings, "serving")
    declared.write_text("grain: [week]", encoding="utf-8")
    assert not code_tests.have_passed(settings, "gold")
    declared.write_text("grain: [day]", encoding="utf-8")
    assert code_tests.have_passed(settings, "gold")
