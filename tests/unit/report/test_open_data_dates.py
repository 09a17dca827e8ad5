"""Open data carry the Colombian day on which they were published."""

from datetime import UTC, date, datetime
from uuid import UUID

from orchestration.report.live import Live
from orchestration.report.opendata.package import catalog, datapackage, release
from orchestration.report.period import parse_period


def test_what_is_published_in_the_evening_is_of_that_day() -> None:
    # 20:30 in Bogotá is half past one of the next day in UTC.
    live = Live(
        publication_id=7,
        run_id=UUID(int=1),
        world_id=UUID(int=2),
        is_degraded=False,
        first_day=date(2025, 9, 1),
        last_day=date(2025, 12, 31),
        published_at=datetime(2026, 1, 1, 1, 30, tzinfo=UTC),
    )
    made = release(live, parse_period("2025-Q4"), "Ejemplo", (10, 0, 0))
    assert catalog(made, [])["dct:issued"]["@value"] == "2025-12-31"
    created = datetime.fromisoformat(datapackage(made, {}, {})["created"])
    assert created == datetime(2025, 12, 31, 5, tzinfo=UTC)
