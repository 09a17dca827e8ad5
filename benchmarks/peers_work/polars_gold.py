"""The five KPIs of gold with Polars, lazily, from cases and the steps of their clocks."""

from collections.abc import Sequence

import polars as pl

from benchmarks.peers_work import DAY_SECONDS, HOUR_MICROSECONDS, Job

BY_TYPE = ["day", "pqrs_type"]
HUNDREDTHS = pl.Decimal(12, 2)


def write_gold(job: Job, cases: pl.LazyFrame, steps: pl.LazyFrame, calendar: pl.LazyFrame) -> None:
    first, last = (pl.lit(text).str.to_date() for text in (job.first, job.last))
    days = calendar.filter(pl.col("day").is_between(first, last)).select("day")
    types = pl.read_csv(job.seed("dim_pqrs_type")).lazy().select(pqrs_type="type_id")
    grid = days.join(types, how="cross")
    spans = spans_of(cases, steps, calendar, job, first, last)
    steps = steps.join(cases.select("ticket_id", "pqrs_type"), on="ticket_id")
    closings = steps.filter(~pl.col("is_extension"), pl.col("status_to") == "CLOSED")
    answered = cases.filter(pl.col("first_response_at").is_not_null()).with_columns(
        at="first_response_at", day=pl.col("first_response_at").dt.date()
    )
    answered = business_seconds(answered, "at", "position", calendar)
    kpis = {
        "kpi_volume": volume(cases, grid, job),
        "kpi_backlog": backlog(spans, grid, job),
        "kpi_sla": sla(closings, steps.filter("is_extension"), spans, grid, calendar),
        "kpi_first_response": durations(
            answered, grid, calendar, "responses_count", "to_first_response"
        ),
        "kpi_close_time": durations(closings, grid, calendar, "closings_count", "to_close"),
    }
    keys = ("channel", *BY_TYPE, "region")
    for name, kpi in zip(kpis, pl.collect_all(kpis.values()), strict=True):
        ordered = kpi.sort([column for column in kpi.columns if column in keys])
        target = pl.PartitionBy(job.gold(name), key="day", include_key=False)
        ordered.lazy().sink_parquet(target, compression="zstd", mkdir=True)


def business_seconds(
    rows: pl.LazyFrame, instant: str, name: str, calendar: pl.LazyFrame
) -> pl.LazyFrame:
    """Rows with the position in business time of an instant: whole seconds of business days."""
    at = pl.col(instant)
    into = (at - at.dt.truncate("1d")).dt.total_seconds()
    position = pl.col("business_seconds_before") + pl.when("is_business_day").then(into).otherwise(
        0
    )
    of = calendar.select(
        pl.col("day").alias("of_day"), "business_seconds_before", "is_business_day"
    )
    return (
        rows.with_columns(of_day=at.dt.date())
        .join(of, on="of_day", how="left", maintain_order="left")
        .with_columns(position.alias(name))
        .drop("of_day", "business_seconds_before", "is_business_day")
    )


def spans_of(
    cases: pl.LazyFrame,
    steps: pl.LazyFrame,
    calendar: pl.LazyFrame,
    job: Job,
    first: pl.Expr,
    last: pl.Expr,
) -> pl.LazyFrame:
    """Stretches of days at whose ends a case stands in one state, from the day it is overdue."""
    opened = cases.select(
        "ticket_id", day="created_day", status=pl.lit("RECEIVED"), is_running=False
    )
    columns = ["ticket_id", "day", "status", "is_running", "clock_zero", "elapsed", "term"]
    statuses = pl.read_csv(job.seed("dim_status")).lazy()
    open_states = statuses.filter(~pl.col("is_terminal")).select(status="status_id")
    next_day = pl.col("next_day")
    working = calendar.filter("is_business_day").select(
        over_index="business_day_index", over_day="day"
    )
    due = pl.col("clock_zero") + pl.col("term")
    is_paused_over = ~pl.col("is_running") & (pl.col("elapsed") > pl.col("term"))
    overdue = (
        pl.when("is_running")
        .then(pl.max_horizontal("over_day", "first_day"))
        .when(is_paused_over)
        .then("first_day")
    )
    # Steps lie in the order of their cases; a stable sort keeps it, creations first.
    return (
        pl.concat([opened, steps.filter("is_valid").select(columns)], how="diagonal")
        .sort("ticket_id", maintain_order=True)
        .with_columns(next_day=pl.col("day").shift(-1).over("ticket_id"))
        .filter(next_day.is_null() | ((next_day > pl.col("day")) & (next_day > first)))
        .join(open_states, on="status", how="semi")
        .join(cases.select("ticket_id", "pqrs_type", "region"), on="ticket_id")
        .with_columns(
            first_day=pl.max_horizontal("day", first),
            last_day=pl.coalesce(next_day - pl.duration(days=1), last),
            over_index=due // DAY_SECONDS + 1,
        )
        .join(working, on="over_index", how="left")
        .with_columns(overdue_day=overdue)
        # With a running clock the excess at a day's end is that end minus the due position.
        .select(
            *("pqrs_type", "region", "first_day", "last_day"),
            overdue_day=pl.when(overdue <= pl.col("last_day")).then(overdue),
            spans_count=pl.lit(1, pl.Int64),
            running_count=pl.col("is_running").cast(pl.Int64),
            due_seconds=pl.when("is_running").then(due).otherwise(0),
            paused_seconds=pl.when("is_running")
            .then(0)
            .otherwise(pl.col("elapsed") - pl.col("term")),
        )
    )


def running_totals(
    spans: pl.LazyFrame, first_day: str, grid: pl.LazyFrame, keys: list[str], names: Sequence[str]
) -> pl.LazyFrame:
    """Totals at the end of every day: a stretch is added on its first and taken after its last."""
    added = spans.select(pl.col(first_day).alias("day"), *keys, *names)
    taken = spans.select(pl.col("last_day").dt.offset_by("1d").alias("day"), *keys, -pl.col(names))
    changes = pl.concat([added, taken]).group_by("day", *keys).agg(pl.col(names).sum())
    return grid.join(changes, on=["day", *keys], how="left").with_columns(
        pl.col(names).fill_null(0).cum_sum().over(keys, order_by="day")
    )


def volume(cases: pl.LazyFrame, grid: pl.LazyFrame, job: Job) -> pl.LazyFrame:
    channels = pl.read_csv(job.seed("dim_channel")).lazy()
    cells = grid.join(channels.select("is_default", channel="channel_id"), how="cross")
    counts = cases.group_by("pqrs_type", day="created_day", channel="source_channel").agg(
        tickets_count=pl.len().cast(pl.Int64)
    )
    kpi = cells.join(counts, on=["day", "channel", "pqrs_type"], how="left").with_columns(
        pl.col("tickets_count").fill_null(0)
    )
    # A channel beyond the default ones has rows on the days on which it brings a case.
    brought = pl.col("tickets_count").sum().over("day", "channel")
    shown = trended(kpi, "tickets_count", ["channel", "pqrs_type"])
    return shown.filter(pl.col("is_default") | (brought > 0)).drop("is_default")


def backlog(spans: pl.LazyFrame, grid: pl.LazyFrame, job: Job) -> pl.LazyFrame:
    regions = pl.read_csv(job.seed("dim_geo"), columns=["region"]).lazy().unique()
    keys = ["pqrs_type", "region"]
    cells = grid.join(regions, how="cross")
    totals = running_totals(spans, "first_day", cells, keys, ["spans_count"])
    return trended(totals.rename({"spans_count": "backlog_count"}), "backlog_count", keys)


def sla(
    closings: pl.LazyFrame,
    extensions: pl.LazyFrame,
    spans: pl.LazyFrame,
    grid: pl.LazyFrame,
    calendar: pl.LazyFrame,
) -> pl.LazyFrame:
    closed = closings.group_by(BY_TYPE).agg(
        closings_count=pl.len().cast(pl.Int64),
        within_sla_count=(pl.col("elapsed") <= pl.col("term")).sum().cast(pl.Int64),
    )
    announced = extensions.group_by(BY_TYPE).agg(
        extensions_count=pl.col("is_valid").sum().cast(pl.Int64),
        refused_extensions_count=(~pl.col("is_valid")).sum().cast(pl.Int64),
    )
    measures = ["spans_count", "running_count", "due_seconds", "paused_seconds"]
    late = spans.filter(pl.col("overdue_day").is_not_null())
    totals = running_totals(late, "overdue_day", grid, ["pqrs_type"], measures)
    end = pl.col("business_day_index") * DAY_SECONDS
    excess = pl.col("running_count") * end - pl.col("due_seconds") + pl.col("paused_seconds")
    counts = ["closings_count", "within_sla_count", "extensions_count", "refused_extensions_count"]
    kpi = (
        totals.rename({"spans_count": "overdue_count"})
        .join(calendar.select("day", "business_day_index"), on="day")
        .join(closed, on=BY_TYPE, how="left")
        .join(announced, on=BY_TYPE, how="left")
        .with_columns(pl.col(counts).fill_null(0))
        .select(
            *(*BY_TYPE, *counts, "overdue_count"),
            within_sla_pct=rounded(100 * pl.col("within_sla_count"), pl.col("closings_count")),
            avg_overdue_days=rounded(excess, DAY_SECONDS * pl.col("overdue_count")),
        )
    )
    return trended(trended(kpi, "closings_count", ["pqrs_type"]), "overdue_count", ["pqrs_type"])


def durations(
    rows: pl.LazyFrame, grid: pl.LazyFrame, calendar: pl.LazyFrame, count: str, noun: str
) -> pl.LazyFrame:
    """How long each took since its case was created: calendar and business time."""
    lengths = business_seconds(rows, "created_at", "created_position", calendar).select(
        *BY_TYPE,
        hours=(pl.col("at") - pl.col("created_at")).dt.total_microseconds(),
        business_days=pl.col("position") - pl.col("created_position"),
    )
    figures = {count: pl.len().cast(pl.Int64)}
    for column, unit in (("hours", HOUR_MICROSECONDS), ("business_days", DAY_SECONDS)):
        length = pl.col(column)
        figures[f"avg_{column}_{noun}"] = rounded(length.sum(), unit * pl.len().cast(pl.Int64))
        for label, share in (("median", 0.5), ("p90", 0.9)):
            # The nearest rank: always a value that occurred.
            value = length.quantile(share, interpolation="equiprobable").cast(pl.Int64)
            figures[f"{label}_{column}_{noun}"] = rounded(value, pl.lit(unit))
    kpi = grid.join(lengths.group_by(BY_TYPE).agg(**figures), on=BY_TYPE, how="left")
    return trended(kpi.with_columns(pl.col(count).fill_null(0)), count, ["pqrs_type"])


def rounded(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """part / whole to two decimals, half up, in whole numbers; nothing where whole is 0."""
    hundredths = part // whole * 100 + (part % whole * 200 + whole) // (2 * whole)
    return pl.when(whole != 0).then(hundredths.cast(pl.Decimal(14, 2)) / 100).cast(HUNDREDTHS)


def trended(kpi: pl.LazyFrame, measure: str, keys: list[str]) -> pl.LazyFrame:
    """Mean of seven days and the change against a day and a week before, where they are there."""
    value = pl.col(measure)
    over = {"partition_by": keys, "order_by": "day"}
    return kpi.with_columns(
        rounded(value.rolling_sum(7).over(**over), pl.lit(7)).alias(f"{measure}_avg_7d"),
        value.diff(1).over(**over).alias(f"{measure}_change_1d"),
        value.diff(7).over(**over).alias(f"{measure}_change_7d"),
    )
