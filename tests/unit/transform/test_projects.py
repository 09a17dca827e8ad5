"""What a run says of an error of dbt, in one line."""

from orchestration.transform.projects import first_line


def test_wrong_declarations_are_told_apart_and_keep_their_number() -> None:
    error = ValueError(
        "Compilation Error in operation pqr-on-run-start-0 (./dbt_project.yml)\n"
        "  Wrong declarations (3):\n  x.yml: x: grain: a\n  y.yml: y: grid: b\n  z.yml: z: type: c"
    )
    assert first_line(error) == (
        "Wrong declarations (3): x.yml: x: grain: a; y.yml: y: grid: b; z.yml: z: type: c"
    )


def test_another_error_is_its_first_four_lines_without_macros() -> None:
    assert first_line(ValueError("a\n\n b\n> in macro m (m.sql)\nc\nd\ne")) == "a b c d"
