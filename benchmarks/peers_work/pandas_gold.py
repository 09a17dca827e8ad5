"""The five KPIs of gold with pandas, from cases and the steps of their clocks."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from benchmarks.peers_work import DAY_SECONDS, HOUR_MICROSECONDS, Job

ONE_DAY = pd.Timedelta(days=1)
BY_TYPE = ["day", "pqrs_type"]


def write_gold(job: Job, cases: pd.DataFrame, steps: pd.DataFrame, calendar: pd.DataFrame) -> None:
    days = calendar.loc[job.first : job.last].index
    types = pd.read_csv(job.seed("dim_pqrs_type"))["type_id"]
    grid = pd.MultiIndex.from_product([days, types], names=BY_TYPE)
    spans = spans_of(cases, steps, calendar, job)
    steps = steps.join(cases["pqrs_type"], on="ticket_id")
    closings = steps[~steps["is_extension"] & (steps["status_to"] == "CLOSED")]
    kpis = {
        "kpi_volume": volume(cases, days, types, job),
        "kpi_backlog": backlog(spans, days, types, job),
        "kpi_sla": sla(closings, steps[steps["is_extension"]], spans, grid, calendar),
        "kpi_first_response": durations(
            answers(cases, calendar), grid, "responses_count", "to_first_response"
        ),
        "kpi_close_time": durations(
            lengths(closings, "at", "position", calendar), grid, "closings_count", "to_close"
        ),
    }
    for name, kpi in kpis.items():
        order = [column for column in kpi.columns if column in ("channel", *BY_TYPE, "region")]
        frame = kpi.assign(day=kpi["day"].dt.strftime("%Y-%m-%d")).sort_values(order)
        frame.to_parquet(job.gold(name), partition_cols=["day"], index=False, compression="zstd")


def spans_of(
    cases: pd.DataFrame, steps: pd.DataFrame, calendar: pd.DataFrame, job: Job
) -> pd.DataFrame:
    """Stretches of days at whose ends a case stands in one state, from the day it is overdue."""
    opened = cases["created_day"].rename("day").reset_index()
    opened = opened.assign(status="RECEIVED", is_running=False)
    columns = ["ticket_id", "day", "status", "is_running", "clock_zero", "elapsed", "term"]
    # Steps lie in the order of their cases; a stable sort keeps it, creations first.
    entries = pd.concat([opened, steps.loc[steps["is_valid"], columns]], ignore_index=True)
    entries = entries.sort_values("ticket_id", kind="stable")
    next_day = entries.groupby("ticket_id")["day"].shift(-1)
    first, last = pd.Timestamp(job.first), pd.Timestamp(job.last)
    stands = next_day.isna() | ((next_day > entries["day"]) & (next_day > first))
    statuses = pd.read_csv(job.seed("dim_status")).set_index("status_id")
    stands &= ~entries["status"].map(statuses["is_terminal"]).astype(bool)
    spans = entries[stands].join(cases[["pqrs_type", "region"]], on="ticket_id")
    spans["first_day"] = spans["day"].clip(lower=first)
    spans["last_day"] = (next_day[stands] - ONE_DAY).fillna(last)

    due = spans["clock_zero"] + spans["term"]
    working = calendar[calendar["is_business_day"]].reset_index().set_index("business_day_index")
    over = (due // DAY_SECONDS + 1).map(working["day"]).clip(lower=spans["first_day"])
    paused = spans["first_day"].where(spans["elapsed"] > spans["term"])
    overdue = over.where(spans["is_running"], paused)
    spans["overdue_day"] = overdue.where(overdue <= spans["last_day"])
    # With a running clock the excess at a day's end is that end minus the due position.
    spans["running_count"] = spans["is_running"].astype("int64")
    spans["due_seconds"] = due.where(spans["is_running"], 0).fillna(0)
    excess = spans["elapsed"] - spans["term"]
    spans["paused_seconds"] = excess.where(~spans["is_running"], 0).fillna(0)
    spans["spans_count"] = 1
    return spans


def running_totals(
    spans: pd.DataFrame, first_day: str, grid: pd.MultiIndex, measures: Sequence[str]
) -> pd.DataFrame:
    """Totals at the end of every day: a stretch is added on its first and taken after its last."""
    keys = list(grid.names[1:])
    values = spans[list(measures)]
    added = pd.concat([spans[first_day].rename("day"), spans[keys], values], axis=1)
    taken = pd.concat([(spans["last_day"] + ONE_DAY).rename("day"), spans[keys], -values], axis=1)
    changes = pd.concat([added, taken]).groupby(["day", *keys])[list(measures)].sum()
    return changes.reindex(grid, fill_value=0).groupby(keys).cumsum().astype("int64")


def volume(cases: pd.DataFrame, days: pd.DatetimeIndex, types: pd.Series, job: Job) -> pd.DataFrame:
    channels = pd.read_csv(job.seed("dim_channel")).set_index("channel_id")["is_default"]
    names = ["day", "channel", "pqrs_type"]
    grid = pd.MultiIndex.from_product([days, channels.index, types], names=names)
    counts = cases.groupby(["created_day", "source_channel", "pqrs_type"]).size()
    kpi = counts.rename_axis(names).reindex(grid, fill_value=0).rename("tickets_count").to_frame()
    kpi = trended(kpi, "tickets_count").reset_index()
    # A channel beyond the default ones has rows on the days on which it brings a case.
    brought = kpi.groupby(["day", "channel"])["tickets_count"].transform("sum")
    return kpi[kpi["channel"].map(channels) | (brought > 0)]


def backlog(
    spans: pd.DataFrame, days: pd.DatetimeIndex, types: pd.Series, job: Job
) -> pd.DataFrame:
    regions = pd.read_csv(job.seed("dim_geo"), usecols=["region"])["region"].unique()
    names = ["day", "pqrs_type", "region"]
    grid = pd.MultiIndex.from_product([days, types, regions], names=names)
    totals = running_totals(spans, "first_day", grid, ["spans_count"])
    kpi = totals.rename(columns={"spans_count": "backlog_count"})
    return trended(kpi, "backlog_count").reset_index()


def sla(
    closings: pd.DataFrame,
    extensions: pd.DataFrame,
    spans: pd.DataFrame,
    grid: pd.MultiIndex,
    calendar: pd.DataFrame,
) -> pd.DataFrame:
    in_term = closings["elapsed"] <= closings["term"]
    kpi = pd.DataFrame(index=grid)
    kpi["closings_count"] = counted(closings, grid)
    kpi["within_sla_count"] = counted(closings[in_term], grid)
    kpi["within_sla_pct"] = rounded(100 * kpi["within_sla_count"], kpi["closings_count"])
    overdue = spans[spans["overdue_day"].notna()]
    measures = ["spans_count", "running_count", "due_seconds", "paused_seconds"]
    totals = running_totals(overdue, "overdue_day", grid, measures)
    kpi["overdue_count"] = totals["spans_count"]
    days = grid.get_level_values("day")
    ends = calendar["business_day_index"].reindex(days).to_numpy() * DAY_SECONDS
    excess = totals["running_count"] * ends - totals["due_seconds"] + totals["paused_seconds"]
    kpi["avg_overdue_days"] = rounded(excess, DAY_SECONDS * kpi["overdue_count"])
    kpi["extensions_count"] = counted(extensions[extensions["is_valid"]], grid)
    kpi["refused_extensions_count"] = counted(extensions[~extensions["is_valid"]], grid)
    return trended(trended(kpi, "closings_count"), "overdue_count").reset_index()


def answers(cases: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    answered = cases[cases["first_response_at"].notna()].copy()
    answered["day"] = answered["first_response_at"].dt.floor("D")
    answered["position"] = business_seconds(answered["first_response_at"], calendar)
    return lengths(answered, "first_response_at", "position", calendar)


def lengths(rows: pd.DataFrame, until: str, position: str, calendar: pd.DataFrame) -> pd.DataFrame:
    """How long each took since the case was created: calendar and business time."""
    return rows[BY_TYPE].assign(
        us=(rows[until] - rows["created_at"]) // pd.Timedelta(microseconds=1),
        business_seconds=rows[position] - business_seconds(rows["created_at"], calendar),
    )


def durations(rows: pd.DataFrame, grid: pd.MultiIndex, count: str, noun: str) -> pd.DataFrame:
    kpi = counted(rows, grid).rename(count).to_frame()
    for column, unit, name in (
        ("us", HOUR_MICROSECONDS, f"hours_{noun}"),
        ("business_seconds", DAY_SECONDS, f"business_days_{noun}"),
    ):
        ordered = rows.sort_values([*BY_TYPE, column])
        groups = ordered.groupby(BY_TYPE)[column].agg(["sum", "size"])
        kpi[f"avg_{name}"] = rounded(groups["sum"], unit * groups["size"]).reindex(grid)
        starts = groups["size"].cumsum() - groups["size"]
        for label, share in (("median", 0.5), ("p90", 0.9)):
            # The nearest rank: always a value that occurred.
            rank = np.ceil(share * groups["size"]).astype("int64") - 1
            values = ordered[column].iloc[starts + rank].set_axis(groups.index)
            kpi[f"{label}_{name}"] = rounded(values, unit).reindex(grid)
    return trended(kpi, count).reset_index()


def business_seconds(instants: pd.Series, calendar: pd.DataFrame) -> pd.Series:
    """Position in business time: whole seconds of business days before an instant."""
    days = instants.dt.floor("D")
    into = (instants - days) // pd.Timedelta(seconds=1)
    before = days.map(calendar["business_seconds_before"])
    return before + into.where(days.map(calendar["is_business_day"]).astype(bool), 0)


def counted(rows: pd.DataFrame, grid: pd.MultiIndex) -> pd.Series:
    return rows.groupby(BY_TYPE).size().reindex(grid, fill_value=0)


def rounded(part: pd.Series, whole: pd.Series | int) -> pd.Series:
    """part / whole to two decimals, half up, in whole numbers; nothing where whole is 0."""
    some = whole if isinstance(whole, int) else whole.where(whole != 0, 1)
    part = part.astype("int64")
    hundredths = part // some * 100 + (part % some * 200 + some) // (2 * some)
    return (hundredths / 100).where((part == part) if isinstance(whole, int) else whole != 0)


def trended(kpi: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Mean of seven days and the change against a day and a week before, where they are there."""
    series = kpi.groupby([name for name in kpi.index.names if name != "day"])[measure]
    week = series.transform(lambda values: values.rolling(7).sum())
    mean = rounded(week.fillna(0), 7).where(week.notna())
    return kpi.assign(
        **{
            f"{measure}_avg_7d": mean,
            f"{measure}_change_1d": series.diff(1),
            f"{measure}_change_7d": series.diff(7),
        }
    )
