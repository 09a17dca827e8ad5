"""No file of ours is longer than a reader takes in at once, and the size is measured as it says."""

from pathlib import Path

from benchmarks.size import (
    COUNTED,
    MOST_LINES,
    ROOT,
    flow_modules,
    is_data,
    later_imports,
    lines_of,
    tracked,
)

# Files that are still longer, each with a reason.
LONGER: dict[str, str] = {
    "dbt_project/models/silver/silver_status_events.yml": "column texts move to shared blocks",
    "orchestration/quality/suites/gold.py": "grain and grid rules move to dbt",
    "tests/faults/planted/planted.py": "splits by layer",
}


def test_no_file_is_longer_than_the_limit() -> None:
    files = [path for path in tracked(ROOT, ".") if path.suffix in COUNTED]
    long = {
        path.relative_to(ROOT).as_posix()
        for path in files
        if not is_data(ROOT, path) and lines_of(path) > MOST_LINES
    }
    assert long == set(LONGER)


def test_a_run_begins_with_its_flow() -> None:
    assert "orchestration.flows.run" in flow_modules(ROOT)


def test_an_import_inside_a_function_is_found_and_one_for_types_is_not(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        "if TYPE_CHECKING:\n    from orchestration.run import Run\n"
        "def later():\n    from orchestration.lake import paths\n"
        "    start([python, '-m', 'orchestration.quality.gx_worker'])\n"
    )
    assert later_imports(ROOT, path) == {
        "orchestration.lake", "orchestration.lake.paths", "orchestration.quality.gx_worker",
    }  # fmt: skip
