"""The five KPIs with pandas: silver, and what it writes as gold by `pandas_gold`."""

from typing import cast

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from benchmarks.peers_work import DAY_SECONDS, OFFSET_HOURS, POLICY, Job, Started, effective, walked
from benchmarks.peers_work.pandas_gold import business_seconds, write_gold

FIELDS = (
    *("source_channel", "pqrs_type", "subtype", "geo_region", "geo_municipio", "geo_code"),
    *("role", "status_from", "status_to", "business_days"),
)
OFFSET = pd.Timedelta(hours=OFFSET_HOURS)


def build(job: Job, started: Started) -> None:
    pa.set_cpu_count(2)
    started()
    calendar = pd.read_csv(job.seed("dim_calendar"), parse_dates=["day"]).set_index("day")
    events = read_events(job)
    cases = cases_of(events, job)
    events = events.merge(cases[["created_at", "created_event_id"]], "inner", on="ticket_id")
    # What happens before a case exists neither moves nor answers it.
    events["is_after"] = (events["at"] > events["created_at"]) | (
        (events["at"] == events["created_at"]) & (events["event_id"] > events["created_event_id"])
    )
    first_responses = (
        events[events["is_after"] & (events["role"] == "agent")].groupby("ticket_id")["at"].min()
    )
    cases["first_response_at"] = first_responses
    steps = clocked(steps_of(events, job), cases, calendar, job)
    write_gold(job, cases, steps, calendar)


def read_events(job: Job) -> pd.DataFrame:
    """Each event once: of the copies the first by (ts, day, source, line)."""
    columns = {name: ds.field(name) for name in ("event_id", "ticket_id", "event_type", "ts")}
    columns |= {name: ds.field("data", name) for name in FIELDS}
    columns |= {name: ds.field(name) for name in ("day", "source", "line_no")}
    table = ds.dataset(list(job.bronze), format="parquet").to_table(columns=columns)
    events = table.to_pandas()
    is_copied = events["event_id"].duplicated(keep=False)
    if is_copied.any():
        copies = events[is_copied].sort_values(["ts", "day", "source", "line_no"])
        dropped = copies.index[copies["event_id"].duplicated()]
        events = events.drop(index=dropped)
    is_wanted = events["event_type"].isin(["TICKET_CREATED", "STATUS_CHANGED", "TERM_EXTENDED"])
    events = events[is_wanted | (events["role"] == "agent")].copy()
    # As clocks in Colombia show it: days and hours follow without another conversion.
    events["at"] = events["ts"].dt.tz_localize(None) - OFFSET
    return events.drop(columns=["ts", "day", "source", "line_no"])


def cases_of(events: pd.DataFrame, job: Job) -> pd.DataFrame:
    """One row per case, by ticket_id: what its first creation says, and where it lies."""
    geo = pd.read_csv(job.seed("dim_geo"), dtype={"geo_id": "str"})
    # A name that two municipalities of a region share cannot tell them apart.
    names = geo.drop_duplicates(["region", "municipio"], keep=False)
    by_name = names.set_index(["region", "municipio"])["geo_id"].rename("named_id")
    created = events[events["event_type"] == "TICKET_CREATED"]
    created = created.sort_values(["at", "event_id"]).drop_duplicates("ticket_id")
    created = created.join(by_name, on=["geo_region", "geo_municipio"])
    region = geo.set_index("geo_id")["region"]
    created["region"] = created["geo_code"].map(region).fillna(created["named_id"].map(region))
    created = created.rename(columns={"at": "created_at", "event_id": "created_event_id"})
    columns = ["created_at", "created_event_id", "source_channel", "pqrs_type", "subtype", "region"]
    cases = created.set_index("ticket_id")[columns]
    cases["created_day"] = cases["created_at"].dt.floor("D")
    return cases


def steps_of(events: pd.DataFrame, job: Job) -> pd.DataFrame:
    """Valid changes and all extensions of every case in their order, with the state before each."""
    is_step = events["event_type"].isin(["STATUS_CHANGED", "TERM_EXTENDED"])
    columns = ["ticket_id", "at", "event_id", "event_type", "status_from", "status_to"]
    columns += ["business_days", "is_after", "created_at"]
    steps = events.loc[is_step, columns].sort_values(["ticket_id", "at", "event_id"])
    steps["is_extension"] = steps["event_type"] == "TERM_EXTENDED"
    allowed = pd.read_csv(job.seed("dim_status_transition")).assign(is_pair=True)
    pairs = allowed.set_index(["status_from", "status_to"])["is_pair"]
    steps = steps.join(pairs, on=["status_from", "status_to"]).reset_index(drop=True)

    changes = steps[~steps["is_extension"]]
    is_allowed = changes["is_pair"].notna() & changes["is_after"]
    before = changes.groupby("ticket_id")["status_to"].shift().fillna("RECEIVED")
    strays = changes.loc[~(is_allowed & (changes["status_from"] == before)), "ticket_id"].unique()
    judged = changes[changes["ticket_id"].isin(strays)]
    rows = zip(
        *(judged[name] for name in ("ticket_id", "status_from", "status_to")),
        is_allowed[judged.index],
        strict=True,
    )
    is_valid = pd.Series(list(walked(rows)), judged.index, dtype=bool)
    steps = steps.drop(index=is_valid.index[~is_valid])

    # The newest change before a step says in which state it finds its case, and since when.
    steps["change_at"] = steps["at"].where(~steps["is_extension"])
    newest = steps.groupby("ticket_id")[["status_to", "change_at"]].ffill()
    known = newest.groupby(steps["ticket_id"]).shift()
    steps["status_before"] = known["status_to"].fillna("RECEIVED")
    steps["status"] = steps["status_to"].fillna(steps["status_before"])
    begun = steps["created_at"].where(~steps["is_extension"], steps["at"])
    steps["previous_at"] = known["change_at"].fillna(begun)
    return steps


def clocked(
    steps: pd.DataFrame, cases: pd.DataFrame, calendar: pd.DataFrame, job: Job
) -> pd.DataFrame:
    """The SLA clock at every step: position, time used, the term as it then stands."""
    terms = terms_of(steps, cases, calendar, job)
    steps = steps.join(terms, on="ticket_id")
    # Before the radication an extension knows no term, although the case has one by now.
    has_term = ~(steps["is_extension"] & (steps["status_before"] == "RECEIVED"))
    steps.loc[~has_term, ["start", "first_term"]] = None
    behaviours = pd.read_csv(job.seed("dim_status")).set_index("status_id")["sla_behavior"]
    running = list(behaviours.index[behaviours.isin(["START", "RUN"])])

    def runs(status: str) -> pd.Series:
        is_over = steps[status] == steps["stops_at"]
        return steps[status].isin(running) & ~is_over & steps["start"].notna()

    ran_before, steps["is_running"] = runs("status_before"), runs("status")
    steps["position"] = business_seconds(steps["at"], calendar)
    reached = steps["position"].clip(lower=steps["start"])
    entered = business_seconds(steps["previous_at"], calendar).clip(lower=steps["start"])
    spent = (reached - entered).where(ran_before, 0)
    # The state goes on after an extension: the change that leaves it counts all of its time.
    used = spent.where(~steps["is_extension"], 0).groupby(steps["ticket_id"]).cumsum()
    steps["elapsed"] = (used + spent.where(steps["is_extension"], 0)).where(steps["start"].notna())

    extensions = steps[steps["is_extension"]]
    columns = ("ticket_id", "status", "elapsed", "first_term", "business_days")
    rows = zip(*(extensions[name] for name in columns), strict=True)
    is_valid = pd.Series(list(effective(rows)), extensions.index, dtype=bool)
    steps["is_valid"] = is_valid.reindex(steps.index, fill_value=True)
    added = steps["business_days"].where(steps["is_extension"] & steps["is_valid"], 0)
    longer = added.groupby(steps["ticket_id"]).cumsum()
    steps["term"] = steps["first_term"] + longer * DAY_SECONDS
    steps["clock_zero"] = (reached - steps["elapsed"]).where(steps["is_running"])
    steps["day"] = steps["at"].dt.floor("D")
    return steps


def terms_of(
    steps: pd.DataFrame, cases: pd.DataFrame, calendar: pd.DataFrame, job: Job
) -> pd.DataFrame:
    """What the policy in force gives each radicated case, by ticket_id."""
    lists = pd.read_csv(job.seed("dim_sla_policy"), parse_dates=["valid_from", "valid_to"])
    policies = lists[lists["policy_id"] == POLICY]
    working = calendar[calendar["is_business_day"]].reset_index().set_index("business_day_index")
    radicated = steps.loc[steps["status_to"] == "RADICATED", ["ticket_id", "at"]]
    radicated = radicated.join(cases[["pqrs_type", "subtype"]], on="ticket_id")
    on = calendar.reindex(radicated["at"].dt.floor("D"))
    radicated["is_business"] = on["is_business_day"].to_numpy()
    # What arrives on a day off counts as arrived on the next business day.
    radicated["arrival"] = (on["business_day_index"] + ~on["is_business_day"]).to_numpy()
    radicated["arrival_day"] = radicated["arrival"].map(working["day"])
    found = radicated.merge(policies, on="pqrs_type", suffixes=("", "_of_policy"))
    until = found["valid_to"].fillna(pd.Timestamp.max)
    in_force = found["arrival_day"].between(found["valid_from"], until)
    fits = found["subtype_of_policy"].isna() | (found["subtype_of_policy"] == found["subtype"])
    # A term for the subtype goes before the term for the type.
    found = found[in_force & fits].sort_values("subtype_of_policy", na_position="last")
    terms = found.drop_duplicates("ticket_id").set_index("ticket_id")
    # After the hour of closing, where a policy has one, a business day is over.
    is_late = terms["is_business"] & (terms["at"].dt.hour >= terms["cutoff_hour"])
    first_index = terms["arrival"] + is_late + 1
    terms["start"] = first_index.map(working["business_seconds_before"])
    terms["first_term"] = terms["business_days"] * DAY_SECONDS
    return cast(pd.DataFrame, terms[["start", "first_term", "stops_at"]])
