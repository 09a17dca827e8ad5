"""The calendars that docs/explain/sla-clock.md works out are those of the reference lists."""

import csv
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def rows_of(name: str) -> list[dict[str, str]]:
    with (ROOT / "seeds" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("page", ["sla-clock.md", "sla-clock.es.md"])
def test_a_worked_term_ends_with_its_last_business_day(page: str) -> None:
    text = (ROOT / "docs" / "explain" / page).read_text(encoding="utf-8")
    worked = re.findall(
        r"^\| (\w+) \| (\w)(?: (\w+))? \| \S+ (\S+) \| (\d+) \| \S+ (\S+) \| \S+ (\S+) \|$",
        text,
        re.M,
    )
    assert len(worked) == 5
    business_days = [
        row["day"] for row in rows_of("dim_calendar.csv") if row["is_business_day"] == "true"
    ]
    for policy, kind, subtype, radicated, term, first, last in worked:
        (rule,) = [
            row for row in rows_of("dim_sla_policy.csv")
            if (row["policy_id"], row["pqrs_type"], row["subtype"]) == (policy, kind, subtype)
            and row["valid_from"] <= radicated <= (row["valid_to"] or "9999")
        ]  # fmt: skip
        arrived = min(day for day in business_days if day >= radicated)
        after = [day for day in business_days if day > arrived]
        assert term == rule["business_days"]
        assert (first, last) == (after[0], after[int(term) - 1])
