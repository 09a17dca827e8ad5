"""The five KPIs with Polars: silver, lazily, and what it writes as gold by `polars_gold`."""

import polars as pl

from benchmarks.peers_work import DAY_SECONDS, OFFSET_HOURS, POLICY, Job, Started, effective, walked
from benchmarks.peers_work.polars_gold import business_seconds, write_gold

FIELDS = (
    *("source_channel", "pqrs_type", "subtype", "geo_region", "geo_municipio", "geo_code"),
    *("role", "status_from", "status_to", "business_days"),
)
# Steps are sorted once; what looks back in the life of a case then needs no order of its own.
LIFE = ["ticket_id", "at", "event_id"]


def build(job: Job, started: Started) -> None:
    started()
    events = read_events(job).collect().lazy()
    calendar = pl.read_csv(job.seed("dim_calendar"), try_parse_dates=True).lazy()
    cases = cases_of(events, job)
    located = events.join(
        cases.select("ticket_id", "created_at", "created_event_id"), on="ticket_id"
    ).with_columns(
        # What happens before a case exists neither moves nor answers it.
        is_after=(pl.col("at") > pl.col("created_at"))
        | (
            (pl.col("at") == pl.col("created_at"))
            & (pl.col("event_id") > pl.col("created_event_id"))
        )
    )
    first_responses = (
        located.filter(pl.col("is_after"), pl.col("role") == "agent")
        .group_by("ticket_id")
        .agg(first_response_at=pl.col("at").min())
    )
    cases = cases.join(first_responses, on="ticket_id", how="left")
    cases, changes, extensions = (
        frame.lazy() for frame in pl.collect_all([cases, *steps_of(located, job)])
    )
    steps = following(pl.concat([valid(changes), extensions], how="diagonal"))
    clock = used(steps, terms_of(steps, cases, calendar, job), calendar, job).collect()
    write_gold(job, cases, termed(clock).lazy(), calendar)


def read_events(job: Job) -> pl.LazyFrame:
    """Each event once: of the copies the first by (ts, day, source, line)."""
    # As clocks in Colombia show it: days and hours follow without another conversion.
    at = pl.col("ts").dt.replace_time_zone(None) - pl.duration(hours=OFFSET_HOURS)
    scanned = pl.scan_parquet(list(job.bronze))
    found = ["ts", "day", "source", "line_no"]
    is_copied = pl.col("event_id").is_duplicated()
    copies = (
        scanned.select("event_id", *found)
        .filter(is_copied)
        .sort(found)
        .filter(~pl.col("event_id").is_first_distinct())
    )
    columns = [pl.col("data").struct.field(name) for name in FIELDS]
    events = scanned.select("event_id", "ticket_id", "event_type", *found, *columns)
    kept = events.join(copies, on=["day", "source", "line_no"], how="anti")
    wanted = pl.col("event_type").is_in(["TICKET_CREATED", "STATUS_CHANGED", "TERM_EXTENDED"])
    return kept.filter(wanted | (pl.col("role") == "agent")).select(
        pl.exclude(found), at.alias("at")
    )


def cases_of(events: pl.LazyFrame, job: Job) -> pl.LazyFrame:
    """One row per case: what its first creation says, and where it lies."""
    geo = pl.read_csv(job.seed("dim_geo"), schema_overrides={"geo_id": pl.String}).lazy()
    by_code = geo.select(geo_code="geo_id", region="region")
    # A name that two municipalities of a region share cannot tell them apart.
    by_name = geo.unique(["region", "municipio"], keep="none").select(
        geo_region="region", geo_municipio="municipio", named_region="region"
    )
    return (
        events.filter(pl.col("event_type") == "TICKET_CREATED")
        .sort("at", "event_id")
        .unique("ticket_id", keep="first", maintain_order=True)
        .join(by_code, on="geo_code", how="left")
        .join(by_name, on=["geo_region", "geo_municipio"], how="left")
        .select(
            *("ticket_id", "source_channel", "pqrs_type", "subtype"),
            pl.coalesce("region", "named_region").alias("region"),
            pl.col("at").alias("created_at"),
            pl.col("event_id").alias("created_event_id"),
            pl.col("at").dt.date().alias("created_day"),
        )
    )


def steps_of(located: pl.LazyFrame, job: Job) -> list[pl.LazyFrame]:
    """Changes, judged by their pair and the one before; and extensions."""
    pairs = pl.read_csv(job.seed("dim_status_transition")).lazy().with_columns(is_pair=True)
    shown = ["ticket_id", "at", "event_id", "created_at"]
    left = pl.col("status_to").shift().over("ticket_id").fill_null("RECEIVED")
    changes = (
        located.filter(pl.col("event_type") == "STATUS_CHANGED")
        .join(pairs, on=["status_from", "status_to"], how="left")
        .sort(LIFE)
        .select(
            *(*shown, "status_from", "status_to"),
            is_allowed=pl.col("is_pair").fill_null(False) & pl.col("is_after"),
            is_next=pl.col("status_from") == left,
        )
        .with_columns(
            is_straying=(~(pl.col("is_allowed") & pl.col("is_next"))).any().over("ticket_id")
        )
    )
    extensions = located.filter(pl.col("event_type") == "TERM_EXTENDED")
    return [changes, extensions.select(*shown, "business_days", is_extension=True)]


def valid(changes: pl.LazyFrame) -> pl.LazyFrame:
    """The changes that move their cases; those of cases that stray are walked one by one."""
    strays = changes.filter("is_straying").sort(LIFE).collect()
    rows = strays.select("ticket_id", "status_from", "status_to", "is_allowed").iter_rows()
    moves = strays.filter(pl.Series(walked(rows), dtype=pl.Boolean))
    kept = pl.concat([changes.filter(~pl.col("is_straying")), moves.lazy()])
    return kept.select("ticket_id", "at", "event_id", "created_at", "status_to", is_extension=False)


def following(steps: pl.LazyFrame) -> pl.LazyFrame:
    """Steps with the state that the newest change before each left the case in, and since when."""
    change_at = pl.when(~pl.col("is_extension")).then("at")
    before = pl.col("status_to").forward_fill().shift().over("ticket_id").fill_null("RECEIVED")
    begun = pl.when("is_extension").then("at").otherwise("created_at")
    return steps.sort(LIFE).with_columns(
        status_before=before,
        status=pl.coalesce("status_to", before),
        previous_at=change_at.forward_fill().shift().over("ticket_id").fill_null(begun),
        day=pl.col("at").dt.date(),
    )


def terms_of(
    steps: pl.LazyFrame, cases: pl.LazyFrame, calendar: pl.LazyFrame, job: Job
) -> pl.LazyFrame:
    """What the policy in force gives each radicated case."""
    policies = (
        pl.read_csv(
            job.seed("dim_sla_policy"),
            try_parse_dates=True,
            schema_overrides={"subtype": pl.String, "cutoff_hour": pl.Int64},
        )
        .lazy()
        .filter(pl.col("policy_id") == POLICY)
        .select(
            *("pqrs_type", "valid_from", "stops_at", "cutoff_hour"),
            pl.col("valid_to").cast(pl.Date),
            pl.col("subtype").alias("only_subtype"),
            (pl.col("business_days").cast(pl.Int64) * DAY_SECONDS).alias("first_term"),
        )
    )
    working = calendar.filter("is_business_day")
    index = pl.col("business_day_index")
    # What arrives on a day off counts as arrived on the next business day.
    arrivals = (
        steps.filter(pl.col("status_to") == "RADICATED")
        .select("ticket_id", "at", "day")
        .join(cases.select("ticket_id", "pqrs_type", "subtype"), on="ticket_id")
        .join(calendar, on="day", how="left")
        .with_columns(arrival=index + (~pl.col("is_business_day")).cast(pl.Int64))
        .join(working.select(arrival=index, arrival_day="day"), on="arrival", how="left")
    )
    is_own = pl.col("only_subtype") == pl.col("subtype")
    # After the hour of closing, where a policy has one, a business day is over.
    is_late = pl.col("is_business_day") & (pl.col("at").dt.hour() >= pl.col("cutoff_hour"))
    return (
        arrivals.join(policies, on="pqrs_type")
        .filter(
            pl.col("arrival_day") >= pl.col("valid_from"),
            pl.col("valid_to").is_null() | (pl.col("arrival_day") <= pl.col("valid_to")),
            pl.col("only_subtype").is_null() | is_own,
        )
        # A term for the subtype goes before the term for the type.
        .sort("only_subtype", nulls_last=True)
        .unique("ticket_id", keep="first", maintain_order=True)
        .with_columns(first=pl.col("arrival") + is_late.fill_null(False).cast(pl.Int64) + 1)
        .join(working.select(first=index, start="business_seconds_before"), on="first", how="left")
        .select("ticket_id", "start", "first_term", "stops_at")
    )


def used(
    steps: pl.LazyFrame, terms: pl.LazyFrame, calendar: pl.LazyFrame, job: Job
) -> pl.LazyFrame:
    """The SLA clock at every step: its position, and the business time used by then."""
    behaviours = pl.read_csv(job.seed("dim_status"))
    running = behaviours.filter(pl.col("sla_behavior").is_in(["START", "RUN"]))["status_id"]
    # Before the radication an extension knows no term, although the case has one by now.
    knows = ~(pl.col("is_extension") & (pl.col("status_before") == "RECEIVED"))

    def runs(status: str) -> pl.Expr:
        is_over = (pl.col(status) == pl.col("stops_at")).fill_null(True)
        return pl.col(status).is_in(running.to_list()) & ~is_over & pl.col("start").is_not_null()

    position = business_seconds(steps, "at", "position", calendar)
    placed = business_seconds(position, "previous_at", "previous_position", calendar)
    spent = pl.col("reached") - pl.max_horizontal("previous_position", "start")
    is_extension = pl.col("is_extension")
    # The state goes on after an extension: the change that leaves it counts all of its time.
    total = pl.when(is_extension).then(0).otherwise("spent").cum_sum().over("ticket_id")
    own = pl.when(is_extension).then("spent").otherwise(0)
    return (
        placed.join(terms, on="ticket_id", how="left", maintain_order="left")
        .with_columns(pl.when(knows).then(pl.col("start", "first_term", "stops_at")))
        .with_columns(
            reached=pl.max_horizontal("position", "start"),
            is_running=runs("status"),
            ran_before=runs("status_before"),
        )
        .with_columns(spent=pl.when("ran_before").then(spent).otherwise(0))
        .with_columns(elapsed=pl.when(pl.col("start").is_not_null()).then(total + own))
    )


def termed(clock: pl.DataFrame) -> pl.DataFrame:
    """The clock with the term as it stands after each step, extensions judged in their order."""
    extensions = clock.filter("is_extension")
    columns = ("ticket_id", "status", "elapsed", "first_term", "business_days")
    rows = extensions.select(columns).iter_rows()
    judged = extensions.select(
        "ticket_id", "event_id", is_valid=pl.Series(effective(rows), dtype=pl.Boolean)
    )
    added = pl.when("is_extension", "is_valid").then("business_days").otherwise(0)
    return (
        clock.join(judged, on=["ticket_id", "event_id"], how="left", maintain_order="left")
        .with_columns(pl.col("is_valid").fill_null(True))
        .with_columns(
            term=pl.col("first_term") + DAY_SECONDS * added.cum_sum().over("ticket_id"),
            clock_zero=pl.when("is_running").then(pl.col("reached") - pl.col("elapsed")),
        )
    )
