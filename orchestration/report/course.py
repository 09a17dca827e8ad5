"""The course of a period: by months, or of one month by days."""

from dataclasses import replace
from datetime import timedelta

from orchestration.report.build import Builder
from orchestration.report.charts import lines
from orchestration.report.standing import month_ends
from orchestration.report.table import Table
from orchestration.report.words import long_day, month_name


def course(build: Builder) -> Table:
    """The period by months; of one month by days; with a line per day either way."""
    figures, coverage = build.figures, build.figures.coverage
    first, last = coverage.first_day, coverage.period.last
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    chart = lines(
        build.word("chart.course"),
        [long_day(day, build.language) for day in days],
        [
            (build.word("received"), [figures.received.count("now", "day", day) for day in days]),
            (build.word("closings"), [figures.closed.count("now", "day", day) for day in days]),
        ],
        build.language,
        name="evolution",
    )
    rows, columns = [], ["received", "closings", "within", "late", "within_pct"]
    if coverage.period.months == 1:
        for day in days:
            closed = build.closings("now", "day", day)
            rows.append((day, figures.received.count("now", "day", day), *closed))
        table = build.table("evolution", ["day", *columns], rows, charts=(chart,))
        # What is pending is told by months alone: neither its note nor its source belong here.
        return replace(table, note=build.word("course_by_day"), sources=table.sources[:2])
    for end in month_ends(first, last):
        month = f"{end:%Y-%m}"
        rows.append(
            (
                month_name(month, build.language),
                figures.received.count("now", "month", month),
                *build.closings("now", "month", month),
                build.standing.pending_on(end),
                build.standing.overdue_on(end),
            )
        )
    columns = ["month", *columns, "pending", "overdue"]
    return build.table("evolution", columns, rows, charts=(chart,))
