"""The words of the report follow the policy of terms that its cases had."""

import pytest

from orchestration.report.policy import Policy, applied

ACADEMIC = ("academic_v1", "P", None, 15, "CLOSED", 3)
LAW = ("ley_1755", "P", None, 15, "RESPONDED", 3)


@pytest.mark.parametrize(
    ("rows", "column", "indicator"),
    [
        ([ACADEMIC], "Sin cerrar al vencer", "De las que vencían, cerradas en término"),
        ([LAW], "Sin responder al vencer", "De las que vencían, respondidas en término"),
        (
            [ACADEMIC, LAW],
            "Sin responder ni cerrar al vencer",
            "De las que vencían, respondidas o cerradas en término",
        ),
    ],
)
def test_a_term_is_kept_by_what_stops_its_clock(
    rows: list[tuple[object, ...]], column: str, indicator: str
) -> None:
    policy = applied(rows)
    assert policy.word("es", "due_open") == column
    assert policy.word("es", "indicator.due_pct") == indicator


def test_terms_that_are_not_those_of_the_law_are_said_and_do_not_rest_on_it() -> None:
    policy = applied([ACADEMIC])
    assert policy.said("es") == (
        "Los términos de este informe son los de la política academic_v1, un ejercicio; no son los"
        " de la Ley 1755 de 2015."
    )
    for section in ("subtype", "in_term", "cohort"):
        assert policy.said("es") in policy.note("es", section, "Nota.")
    assert policy.note("es", "type", "Nota.") == "Nota."
    assert policy.laws(("1474", "1755", "1755-17")) == ("1474", "1755-17")
    assert policy.cited("Ley 1474/2011 art. 76; Ley 1755/2015 art. 14") == "Ley 1474/2011 art. 76"


def test_terms_of_the_law_keep_it_as_their_basis() -> None:
    policy = applied([LAW])
    assert policy.laws(("1474", "1755")) == ("1474", "1755")
    assert policy.said("es").startswith("Los términos de este informe son los de la política ley")


def test_a_mixed_or_an_own_policy_is_named_and_is_not_that_of_the_law() -> None:
    for rows, names in (([ACADEMIC, LAW], "academic_v1, ley_1755"), ([("own", *LAW[1:])], "own")):
        policy = applied(rows)
        assert names in policy.said("en")
        assert not policy.is_of_the_law


def test_without_a_case_there_is_no_policy_to_name() -> None:
    assert applied([]) == Policy((), "EITHER")
    assert applied([]).said("es") == ""
