"""Every planted fault is seen by its check, and a clean world raises nothing."""

import pytest

from tests.faults.planted.planted import Planter, caught, faults, outcome

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.mark.parametrize("layer", ["bronze", "silver", "gold", "serving"])
def test_a_clean_world_raises_nothing(planter: Planter, layer: str) -> None:
    unwell = [check for check in planter.clean(layer) if check.result not in ("PASS", "SKIPPED")]
    assert unwell == []


def test_each_fault_is_seen_by_its_check_and_decides_the_publication(planter: Planter) -> None:
    planter.clean("silver")  # the clean world becomes the history that drift is measured against
    planted = faults(planter.facts)
    assert len(planted) >= 30
    missed = [
        (fault.name, fault.check, outcome(checks))
        for fault, checks in planter.plant(list(planted))
        if caught(fault, checks) is None or outcome(checks) != fault.outcome
    ]
    assert missed == []


def test_no_fault_stays_behind(planter: Planter) -> None:
    planted = [fault for fault in faults(planter.facts) if fault.layer in ("bronze", "serving")]
    list(planter.plant(planted))
    for layer in ("bronze", "serving"):
        assert all(check.result in ("PASS", "SKIPPED") for check in planter.clean(layer))
