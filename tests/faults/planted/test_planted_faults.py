"""Every planted fault is seen by its check, and a clean world raises nothing."""

import pytest

from tests.faults.planted.faults import Owner, caught, faults, outcome
from tests.faults.planted.planter import Planter

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.mark.parametrize(
    ("owner", "layer"),
    [
        ("great_expectations", "bronze"),
        ("great_expectations", "silver"),
        ("great_expectations", "gold"),
        ("dbt", "silver"),
        ("dbt", "gold"),
        ("serving", "serving"),
    ],
)
def test_each_fault_is_seen_by_its_check_and_decides_the_publication(
    planter: Planter, owner: Owner, layer: str
) -> None:
    checks = planter.clean(owner, layer)
    assert [check for check in checks if check.result not in ("PASS", "SKIPPED")] == []
    planted = [
        fault
        for fault in faults(planter.comparison)
        if (fault.owner, fault.layer) == (owner, layer)
    ]
    assert planted
    missed = [
        (fault.name, fault.check, outcome(checks))
        for fault, checks in planter.plant(planted)
        if caught(fault, checks) is None or outcome(checks) != fault.outcome
    ]
    assert missed == []
    # Nothing of them stays behind.
    again = planter.clean(owner, layer)
    assert [check.result for check in again] == [check.result for check in checks]


def test_all_faults_are_tried(planter: Planter) -> None:
    assert len(faults(planter.comparison)) == 46
