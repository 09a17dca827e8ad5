"""What pages compute from the rows of their queries."""

from datetime import date

from orchestration.dashboard.filters import Filters, Period
from orchestration.dashboard.queries import flow, quality, summary, territory, timeliness


def move(left: str, entered: str, count: int, total: float, median: float) -> dict[str, object]:
    return {
        "status_from": left,
        "status_to": entered,
        "transitions_count": count,
        "total_days": total,
        "median_days": median,
        "p90_days": 2 * median,
    }


def segment(attribute: str, value: str, closings: int, late: int) -> dict[str, object]:
    return {
        "attribute": attribute,
        "value": value,
        "closings_count": closings,
        "late_count": late,
    }


def test_a_bottleneck_is_a_state_by_all_the_time_it_took() -> None:
    found = flow.bottlenecks(
        [
            move("IN_PROGRESS", "RESPONDED", 8, 50, 5),
            move("IN_PROGRESS", "ON_HOLD", 2, 10, 1),
            move("ASSIGNED", "IN_PROGRESS", 10, 40, 4),
            move("CLOSED", "ARCHIVED", 9, 900, 90),
        ]
    )
    assert [(row["status"], row["share_pct"], row["median_days"]) for row in found] == [
        ("IN_PROGRESS", 60, 5),
        ("ASSIGNED", 40, 4),
    ]
    assert flow.bottlenecks([]) == []


def test_lift_compares_the_late_closings_with_all_of_them() -> None:
    found = flow.over_represented(
        [
            segment("type", "R", 100, 30),
            segment("type", "P", 300, 10),
            segment("channel", "chat", 29, 20),
            segment("channel", "email", 371, 20),
        ]
    )
    # Of the late closings 75 % are claims, of all closings 25 %; chat has too few closings.
    assert [(row["value"], row["lift"], row["support_pct"], row["base_pct"]) for row in found] == [
        ("R", 3, 75, 25)
    ]
    assert flow.over_represented([segment("type", "R", 100, 0)]) == []


def test_a_week_is_partial_when_days_of_it_lie_outside_the_period() -> None:
    weeks = [{"week": date(2025, 9, day)} for day in (1, 8, 15)]
    period = Period(date(2025, 9, 3), date(2025, 9, 20))
    assert [row["is_partial"] for row in timeliness.marked(weeks, period)] == [True, False, True]


def test_a_rate_needs_inhabitants_and_a_share_needs_closings() -> None:
    row = {
        "population": 200_000,
        "tickets_count": 50,
        "backlog_count": 10,
        "overdue_count": 0,
        "closings_count": 0,
        "within_sla_count": 0,
    }
    first, second = territory.with_rates([row, {**row, "population": None, "closings_count": 4}])
    assert (first["tickets_rate"], first["overdue_rate"], first["within_sla_pct"]) == (25, 0, None)
    assert (second["tickets_rate"], second["within_sla_pct"]) == (None, 0)


def test_outlines_lose_detail_that_no_screen_shows_and_small_islands_keep_theirs() -> None:
    ring = [[-74.001, 4.001], [-74.002, 4.002], [-73.5, 4.0], [-73.5, 4.5], [-74.001, 4.001]]
    island = [[-81.701, 12.501], [-81.702, 12.502], [-81.703, 12.501], [-81.701, 12.501]]
    shape = {"type": "MultiPolygon", "coordinates": [[ring], [island]]}
    found = territory.outlines([{"code": "05", "geometry": shape}])["05"]["coordinates"]
    assert found[0] == [[[-74.0, 4.0], [-73.5, 4.0], [-73.5, 4.5], [-74.0, 4.0]]]
    assert found[1] == [island]


def test_lineage_is_walked_to_raw_and_each_edge_once() -> None:
    def edge(layer: str, dataset: str, source: str, origin: str) -> dict[str, object]:
        return {
            "layer": layer, "dataset": dataset, "input_layer": source, "input_dataset": origin
        }  # fmt: skip

    edges = [
        edge("serving", "kpi", "gold", "kpi"),
        edge("gold", "kpi", "silver", "tickets"),
        edge("gold", "kpi", "silver", "events"),
        edge("silver", "tickets", "bronze", "pqrs"),
        edge("silver", "events", "bronze", "pqrs"),
        edge("bronze", "pqrs", "raw", "pqrs"),
        edge("serving", "other", "gold", "other"),
    ]
    assert quality.upwards(edges, "serving", "kpi") == edges[:6]
    assert quality.upwards(edges, "serving", "none") == []


def test_checks_are_counted_by_layer_in_the_order_of_the_layers() -> None:
    rows = [
        {"layer": "gold", "result": "PASS", "checks_count": 3},
        {"layer": "bronze", "result": "WARN", "checks_count": 1},
        {"layer": "gold", "result": "FAIL", "checks_count": 2},
    ]
    found = quality.by_layer(rows)
    assert [(row["layer"], row["PASS"], row["WARN"], row["FAIL"]) for row in found] == [
        ("bronze", 0, 1, 0),
        ("gold", 3, 0, 2),
    ]


def test_each_figure_comes_from_the_smallest_view_that_can_divide_by_the_filters() -> None:
    def days(filters: Filters) -> str:
        return summary.queries(filters)["days"]

    assert "gold.kpi_sla_daily" in days(Filters(types=("P",)))
    assert "gold.kpi_priority_daily" in days(Filters(priorities=("alta",)))
    assert "gold.kpi_department_daily" in days(Filters(departments=("05",)))
    assert "silver.tickets" in days(Filters(priorities=("alta",), types=("P",)))
    assert "silver.tickets" in days(Filters(channels=("email",)))
