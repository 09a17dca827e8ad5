# ruff: noqa: E501 - SQL in one place reads better in long lines.
"""The yardstick of `make bench-lake`: one DuckDB script that makes the same files as silver and gold.

Written by hand for a world without a single irregular event: no duplicates, orphans or refused
changes, no contracts, no tests. What dbt's models cost beyond it is the price of being right.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

DAY = "cast(make_timestamp(epoch_us({0}) - 18000000000) as date)"
SECONDS = "({1}.business_seconds_before + if({1}.is_business_day, (epoch_us({0}) // 1000000 - 18000) % 86400, 0))"

SILVER = {
    "tickets": ("month", "created_at, ticket_id"),
    "messages": ("day", "ts, message_id"),
    "status_events": ("day", "ts, event_id"),
    "attachments": ("day", "ts, attachment_id"),
}
GOLD = {
    "kpi_volume": "channel, pqrs_type",
    "kpi_backlog": "pqrs_type, region",
    "kpi_sla": "pqrs_type",
    "kpi_sla_cohort": "pqrs_type",
    "kpi_first_response": "pqrs_type",
    "kpi_close_time": "pqrs_type",
    "kpi_status_transitions": "pqrs_type, status_from, status_to",
    "kpi_ageing": "pqrs_type, age_band_order",
    "kpi_priority": "priority",
    "kpi_department": "department",
    "kpi_municipality": "geo_id",
    "kpi_flow_variants": "pqrs_type, variant",
    "tickets_snapshot": "ticket_id",
}


def ratio(part: str, whole: str) -> str:
    return (
        f"cast(cast((200 * cast({part} as hugeint) + {whole}) // (2 * cast(nullif({whole}, 0)"
        " as hugeint)) as decimal(18, 0)) * 0.01 as decimal(12, 2))"
    )


def hours(column: str, noun: str) -> str:
    hour = 3600000000
    return (
        f"{ratio(f'sum({column})', f'{hour} * count({column})')} as avg_{noun},"
        f" {ratio(f'quantile_disc({column}, 0.5)', str(hour))} as median_{noun},"
        f" {ratio(f'quantile_disc({column}, 0.9)', str(hour))} as p90_{noun}"
    )


def trend(measure: str, keys: str) -> str:
    series = f"partition by {keys} order by day"
    week = f"over ({series} rows between 6 preceding and current row)"
    return (
        f"if(count(*) {week} = 7, {ratio(f'sum({measure}) {week}', '7')}, null) as {measure}_avg_7d,"
        f" {measure} - lag({measure}, 1) over ({series}) as {measure}_change_1d,"
        f" {measure} - lag({measure}, 7) over ({series}) as {measure}_change_7d"
    )


def changes(source: str, first: str, keys: str, measures: dict[str, str]) -> str:
    add = ", ".join(f"{value} as {name}" for name, value in measures.items())
    take = ", ".join(f"-({value}) as {name}" for name, value in measures.items())
    total = ", ".join(f"sum({name}) as {name}" for name in measures)
    return (
        f"(select day, {keys}, {total} from (select {first} as day, {keys}, {add} from {source}"
        f" union all select last_day + 1, {keys}, {take} from {source}) group by all)"
    )


def running(name: str, keys: str) -> str:
    window = f"over (partition by {keys} order by day rows unbounded preceding)"
    return f"cast(sum(coalesce({name}, 0)) {window} as bigint)"


OVERDUE = {
    "overdue_count": "1",
    "running_count": "if(is_clock_running, 1, 0)",
    "due_sum": "if(is_clock_running, zero + term, 0)",
    "paused_sum": "if(is_clock_running, 0, elapsed - term)",
}


def read(seeds: Path, keys: Sequence[str]) -> list[str]:
    names = ("dim_calendar", "dim_geo", "dim_status", "dim_status_transition", "dim_sla_policy")
    lists = [
        f"create table {name} as from read_csv('{seeds}/{name}.csv',"
        " types = {'geo_id': 'varchar', 'dane_department_code': 'varchar'}, null_padding = true)"
        if name == "dim_geo"
        else f"create table {name} as from read_csv('{seeds}/{name}.csv')"
        for name in names
    ]
    paths = ", ".join(f"'{key}'" for key in keys)
    return [
        *lists,
        "create table business_days as from dim_calendar where is_business_day",
        f"""
        create table events as
        select event_id::uuid as event_id, ticket_id::uuid as ticket_id, event_type, ts,
            {DAY.format("ts")} as day, data
        from read_parquet([{paths}], hive_partitioning = false)
        """,
    ]


def silver() -> list[str]:
    return [
        """
        create table messages as select day, event_id as message_id, ticket_id, ts, data.role,
            data.text, data.text_len from events where event_type = 'MESSAGE_ADDED'
        """,
        """
        create table attachments as select day, event_id as attachment_id, ticket_id, ts,
            data.file_type, data.size_kb, data.source_channel
        from events where event_type = 'ATTACHMENT_ADDED'
        """,
        """
        create table cases as select e.ticket_id, e.event_id, e.ts as created_at, e.day as created_day,
            data.external_id, data.source_channel, data.pqrs_type, data.subtype, data.priority,
            g.geo_id, g.region, g.department, g.municipio
        from events e join dim_geo g on g.geo_id = data.geo_code where event_type = 'TICKET_CREATED'
        """,
        """
        create table terms as
        select e.ticket_id, e.ts as radicated_at, d.day as radicated_day, p.policy_id as sla_policy_id,
            p.business_days as sla_days, p.stops_at, f.day as sla_first_day,
            f.business_seconds_before as start_seconds
        from events e join cases c using (ticket_id) join dim_calendar k on k.day = e.day
        join business_days d
            on d.business_day_index = k.business_day_index + if(k.is_business_day, 0, 1)
        join business_days f on f.business_day_index = d.business_day_index + 1
        join dim_sla_policy p on p.policy_id = 'academic_v1' and p.pqrs_type = c.pqrs_type
            and p.subtype is null and d.day between p.valid_from and coalesce(p.valid_to, date '9999-12-31')
        where e.event_type = 'STATUS_CHANGED' and e.data.status_to = 'RADICATED'
        """,
        f"""
        create table status_events as
        with moves as (
            select e.ticket_id, e.event_id, e.ts, e.day, data.status_from, data.status_to,
                data.actor_role, {SECONDS.format("e.ts", "k")} as business_seconds,
                row_number() over life as change_no,
                coalesce(lag(e.ts) over life, c.created_at) as previous_at
            from events e join cases c using (ticket_id) join dim_calendar k on k.day = e.day
            where event_type = 'STATUS_CHANGED'
            window life as (partition by e.ticket_id order by e.ts, e.event_id)
        ),
        timed as (
            select m.*, t.start_seconds, cast(t.sla_days as bigint) * 86400 as sla_seconds,
                {SECONDS.format("m.previous_at", "p")} as previous_seconds,
                a.sla_behavior in ('START', 'RUN') as ran, b.sla_behavior in ('START', 'RUN') as runs,
                greatest(m.business_seconds, start_seconds) as at_seconds,
                if(ran, at_seconds - greatest(previous_seconds, start_seconds), 0) as accrued
            from moves m left join terms t using (ticket_id)
            join dim_calendar p on p.day = {DAY.format("m.previous_at")}
            join dim_status a on a.status_id = m.status_from join dim_status b on b.status_id = m.status_to
        ),
        summed as (
            select *, cast(sum(accrued) over (partition by ticket_id order by change_no
                rows unbounded preceding) as bigint) as sla_elapsed_seconds
            from timed
        ),
        due as (
            select *, max(if((ran or runs) and sla_elapsed_seconds - accrued < sla_seconds,
                at_seconds - sla_elapsed_seconds + sla_seconds, null)) over (
                partition by ticket_id order by change_no rows unbounded preceding) as due_seconds
            from summed
        )
        select u.day, event_id, ticket_id, ts, status_from, status_to,
            actor_role, change_no, true as is_valid,
            epoch_us(ts) // 1000000 - epoch_us(previous_at) // 1000000 as state_seconds,
            u.business_seconds - previous_seconds as state_business_seconds, u.business_seconds,
            sla_seconds, sla_elapsed_seconds, runs as is_clock_running,
            make_timestamptz(epoch_us(d.day::timestamp) + 18000000000
                + 1000000 * (due_seconds - d.business_seconds_before)) as sla_due_at,
            d.day as sla_due_day,
            if(status_to = 'CLOSED', sla_elapsed_seconds <= sla_seconds, null) as is_within_sla
        from due u left join business_days d on d.business_day_index = (due_seconds + 86399) // 86400
        """,
        """
        create table tickets as
        with lives as (
            select ticket_id, max_by({'s': status_to, 't': ts, 'e': sla_elapsed_seconds,
                    'l': sla_seconds, 'a': sla_due_at, 'd': sla_due_day}, change_no) as now,
                max(ts) filter (where status_to = 'CLOSED') as closing,
                min(ts) filter (where status_to = 'RESPONDED') as first_responded_at,
                count(*) filter (where status_to = 'CLOSED') as closings_count,
                count(*) filter (where status_to = 'REOPENED') as reopen_count,
                count(*) filter (where status_to = 'ON_HOLD') as hold_count,
                coalesce(sum(state_business_seconds) filter (where status_from = 'ON_HOLD'), 0) as held,
                max(ts) as last_at
            from status_events group by ticket_id
        ),
        talk as (
            select ticket_id, min(ts) filter (where role = 'agent') as first_response_at,
                count(*) as messages_count, max(ts) as last_at from messages group by ticket_id
        ),
        files as (
            select ticket_id, count(*) as attachments_count, max(ts) as last_at
            from attachments group by ticket_id
        )
        select strftime(created_day, '%Y-%m') as month, created_day, ticket_id, external_id,
            source_channel, pqrs_type, subtype, priority, geo_id, region, department, municipio,
            created_at, radicated_at, radicated_day, coalesce(now.s, 'RECEIVED') as current_status,
            coalesce(now.t, created_at) as status_since_at, first_response_at, first_responded_at,
            if(now.s in ('CLOSED', 'ARCHIVED'), closing, null) as closed_at, sla_policy_id,
            stops_at as sla_stops_at, sla_days, sla_first_day, now.e as sla_elapsed_seconds,
            now.a as sla_due_at, now.d as sla_due_day,
            coalesce(now.s in ('CLOSED', 'ARCHIVED') and now.e > now.l, false) as is_late,
            coalesce(closings_count, 0) as closings_count, coalesce(reopen_count, 0) as reopen_count,
            coalesce(hold_count, 0) as hold_count, cast(coalesce(held, 0) as bigint) as on_hold_seconds,
            0::bigint as invalid_transitions_count, coalesce(messages_count, 0) as messages_count,
            coalesce(attachments_count, 0) as attachments_count,
            greatest(created_at, lives.last_at, talk.last_at, files.last_at) as last_event_at
        from cases left join terms using (ticket_id) left join lives using (ticket_id)
        left join talk using (ticket_id) left join files using (ticket_id)
        """,
    ]


def gold(first: str, last: str) -> list[str]:
    types = "(select unnest(['P', 'Q', 'R', 'S']) as pqrs_type)"
    return [
        f"""
        create table days as select day, business_day_index, business_day_index::bigint * 86400 as end_s
        from dim_calendar where day between '{first}' and '{last}'
        """,
        f"""
        create table spans as
        with entries as (
            select ticket_id, 0 as change_no, created_day as day, 'RECEIVED' as status,
                false as is_clock_running, null::bigint as at_seconds, null::bigint as elapsed,
                null::date as due_day from tickets
            union all
            select ticket_id, change_no, day, status_to, is_clock_running, business_seconds,
                sla_elapsed_seconds, sla_due_day from status_events
        ),
        followed as (
            select *, lead(day) over (partition by ticket_id order by change_no) as next_day from entries
        ),
        standing as (
            select f.* exclude (day, next_day), f.day as first_day,
                coalesce(next_day - 1, date '{last}') as last_day, t.source_channel as channel, pqrs_type,
                priority, region, department, geo_id, created_day, sla_days,
                if(elapsed is null, null, sla_days::bigint * 86400) as term,
                status not in ('CLOSED', 'ARCHIVED') as is_open,
                if(is_clock_running, greatest(at_seconds, b.business_seconds_before) - elapsed, null) as zero
            from followed f join tickets t using (ticket_id)
            left join business_days b on b.day = t.sla_first_day
            where next_day is null or next_day > f.day
        )
        select s.*, case when not is_open then null
            when is_clock_running and greatest(s.first_day, o.day) <= last_day
                then greatest(s.first_day, o.day)
            when not is_clock_running and elapsed > term then first_day end as overdue_day
        from standing s left join business_days o on o.business_day_index = (zero + term) // 86400 + 1
        """,
        """
        create table closings as select s.day, s.ticket_id, change_no, is_within_sla,
            epoch_us(s.ts) - epoch_us(created_at) as us, pqrs_type, priority, department, geo_id
        from status_events s join tickets using (ticket_id) where status_to = 'CLOSED'
        """,
        f"""
        create table responses as select {DAY.format("first_response_at")} as day,
            epoch_us(first_response_at) - epoch_us(created_at) as us, pqrs_type, priority, department,
            geo_id from tickets where first_response_at is not null
        """,
        f"""
        create table kpi_volume as select *, {trend("tickets_count", "channel, pqrs_type")} from (
            select day, channel, pqrs_type, coalesce(n, 0) as tickets_count
            from days cross join (select unnest(
                ['email', 'webform', 'chat', 'call', 'other_digital']) as channel) cross join {types}
            left join (select created_day as day, source_channel as channel, pqrs_type, count(*) as n
                from tickets group by all) using (day, channel, pqrs_type))
        """,
        f"""
        create table kpi_backlog as select *, {trend("backlog_count", "pqrs_type, region")} from (
            select day, pqrs_type, region, {running("n", "pqrs_type, region")} as backlog_count
            from days cross join {types} cross join (select distinct region from dim_geo)
            left join {
            changes("(from spans where is_open)", "first_day", "pqrs_type, region", {"n": "1"})
        } using (day, pqrs_type, region))
        """,
        f"""
        create table kpi_sla as select day, pqrs_type, closings_count, within_sla_count,
            {ratio("100 * within_sla_count", "closings_count")}::decimal(5, 2) as within_sla_pct,
            overdue_count, {
            ratio(
                "(running_count * end_s::hugeint - due_sum + paused_sum)", "(86400 * overdue_count)"
            )
        } as avg_overdue_days, {trend("closings_count", "pqrs_type")}, {
            trend("overdue_count", "pqrs_type")
        }
        from (select day, end_s, pqrs_type, coalesce(n, 0) as closings_count,
            coalesce(w, 0) as within_sla_count,
            {", ".join(f"{running(name, 'pqrs_type')} as {name}" for name in OVERDUE)}
        from days cross join {types}
        left join (select day, pqrs_type, count(*) as n, count(*) filter (where is_within_sla) as w
            from closings group by all) using (day, pqrs_type)
        left join {
            changes(
                "(from spans where overdue_day is not null)", "overdue_day", "pqrs_type", OVERDUE
            )
        } using (day, pqrs_type))
        """,
        f"""
        create table kpi_sla_cohort as select *,
            {ratio("100 * in_term_count", "due_count")}::decimal(5, 2) as in_term_pct
        from (select day, pqrs_type, coalesce(n, 0) as due_count, coalesce(i, 0) as in_term_count,
            coalesce(l, 0) as late_count, coalesce(o, 0) as open_count
        from days cross join {types} left join (
            select due_day as day, pqrs_type, count(*) as n,
                count(*) filter (where not is_open and elapsed <= term) as i,
                count(*) filter (where not is_open and elapsed > term) as l,
                count(*) filter (where is_open) as o
            from spans where due_day between first_day and last_day
                and (is_clock_running or not is_open or elapsed >= term)
            group by all) using (day, pqrs_type))
        """,
        *(
            f"""
            create table {name} as select *, {trend(count, "pqrs_type")} from (
                select day, pqrs_type, coalesce(n, 0) as {count}, avg_{noun}, median_{noun}, p90_{noun}
                from days cross join {types} left join (select day, pqrs_type, count(*) as n,
                    {hours("us", noun)} from {source} group by all) using (day, pqrs_type))
            """
            for name, count, noun, source in (
                ("kpi_first_response", "responses_count", "hours_to_first_response", "responses"),
                ("kpi_close_time", "closings_count", "hours_to_close", "closings"),
            )
        ),
        f"""
        create table kpi_status_transitions as select day, pqrs_type, status_from, status_to,
            coalesce(n, 0) as transitions_count, avg_hours_in_state, median_hours_in_state,
            p90_hours_in_state
        from days cross join {types} cross join dim_status_transition
        left join (select s.day, pqrs_type, status_from, status_to, count(*) as n,
                {hours("(state_seconds * 1000000)", "hours_in_state")}
            from status_events s join tickets using (ticket_id) group by all)
            using (day, pqrs_type, status_from, status_to)
        """,
        f"""
        create table kpi_ageing as select day, pqrs_type, age_band_order, age_band,
            {running("n", "pqrs_type, age_band_order")} as open_count
        from days cross join {types} cross join bands left join {
            changes(
                "(from aged where first_day <= last_day)",
                "first_day",
                "pqrs_type, age_band_order",
                {"n": "1"},
            )
        } using (day, pqrs_type, age_band_order)
        """,
        *(
            kpis_by(name, members, keys)
            for name, members, keys in (
                (
                    "kpi_priority",
                    "(select unnest(['alta', 'media', 'baja']) as priority)",
                    "priority",
                ),
                (
                    "kpi_department",
                    "(select distinct dane_department_code, department from dim_geo)",
                    "department",
                ),
                (
                    "kpi_municipality",
                    "(select region, department, municipio, geo_id from dim_geo)",
                    "geo_id",
                ),
            )
        ),
        f"""
        create table kpi_flow_variants as
        with paths as (select ticket_id, list(status_to order by change_no) as states
            from status_events group by ticket_id)
        select day, pqrs_type, variant, len(string_split(variant, '>')) - 1 as transitions_count,
            len(string_split(variant, '>ON_HOLD')) - 1 as holds_count,
            len(string_split(variant, '>REOPENED')) - 1 as reopenings_count,
            variant like '%>REOPENED%' as is_rework, * exclude (day, pqrs_type, variant)
        from (select c.day, pqrs_type,
                'RECEIVED>' || array_to_string(list_slice(states, 1, change_no), '>') as variant,
                count(*) as closings_count, count(*) filter (where is_within_sla) as within_sla_count,
                0::bigint as nonconforming_count, {hours("us", "hours_to_close")}
            from closings c join paths using (ticket_id) group by all)
        """,
        """
        create table tickets_snapshot as select l.day, ticket_id, channel, pqrs_type, priority, region,
            geo_id, status, created_day,
            d.business_day_index - created_index as age_business_days,
            if(elapsed is null, null, sla_days) as sla_days,
            if(is_clock_running, greatest(end_s - zero, 0), elapsed) as sla_elapsed_seconds,
            due_day as sla_due_day, coalesce(sla_elapsed_seconds > term, false) as is_overdue
        from (select s.*, k.business_day_index as created_index, unnest(range(first_day::timestamp,
                last_day + interval 1 day, interval 1 day))::date as day
            from spans s join dim_calendar k on k.day = created_day where is_open) l
        join days d using (day)
        """,
    ]


BANDS = """
create table bands as select unnest([1, 2, 3, 4, 5]) as age_band_order,
    unnest(['0-5', '6-10', '11-15', '16-30', '>30']) as age_band,
    unnest([0, 6, 11, 16, 31]) as low, unnest([5, 10, 15, 30, null]) as high
"""
AGED = """
create table aged as select pqrs_type, age_band_order,
    if(low > 0 and a.day > first_day, a.day, first_day) as first_day,
    least(last_day, z.day - 1) as last_day
from (select s.*, k.business_day_index as i from spans s join dim_calendar k on k.day = created_day
    where is_open) cross join bands
left join business_days a on a.business_day_index = i + low
left join business_days z on z.business_day_index = i + high + 1
"""


def kpis_by(name: str, members: str, key: str) -> str:
    overdue = "(from spans where overdue_day is not null)"
    return f"""
    create table {name} as select members.* exclude ({key}), day, {key},
        coalesce(c.n, 0) as tickets_count, {running("o.n", key)} as backlog_count,
        coalesce(x.n, 0) as closings_count, coalesce(x.w, 0) as within_sla_count,
        {ratio("100 * coalesce(x.w, 0)", "coalesce(x.n, 0)")}::decimal(5, 2) as within_sla_pct,
        {", ".join(f"{running(item, key)} as {item}" for item in OVERDUE)},
        {ratio(f"({running('running_count', key)} * end_s::hugeint - {running('due_sum', key)} + {running('paused_sum', key)})", f"(86400 * {running('overdue_count', key)})")} as avg_overdue_days,
        coalesce(r.n, 0) as responses_count, r.* exclude (day, {key}, n), x.* exclude (day, {key}, n, w)
    from days cross join {members} as members
    left join (select created_day as day, {key}, count(*) as n from tickets group by all) c using (day, {key})
    left join {changes("(from spans where is_open)", "first_day", key, {"n": "1"})} o using (day, {key})
    left join {changes(overdue, "overdue_day", key, OVERDUE)} v using (day, {key})
    left join (select day, {key}, count(*) as n, count(*) filter (where is_within_sla) as w,
        {hours("us", "hours_to_close")} from closings group by all) x using (day, {key})
    left join (select day, {key}, count(*) as n, {hours("us", "hours_to_first_response")}
        from responses group by all) r using (day, {key})
    """


def write(duck: duckdb.DuckDBPyConnection, root: Path, table: str, by: str, order: str) -> None:
    values = [
        str(value)
        for (value,) in duck.execute(f"select distinct {by} from {table} order by 1").fetchall()
    ]
    for value in values:
        folder = root / table / f"{by}={value}"
        folder.mkdir(parents=True)
        duck.execute(
            f"copy (select * from {table} where {by} = '{value}' order by {order})"
            f" to '{folder}/part0.parquet' (format parquet, compression zstd)"
        )


def build(
    duck: duckdb.DuckDBPyConnection,
    seeds: Path,
    keys: Sequence[str],
    first: str,
    last: str,
    root: Path,
) -> None:
    """Make every file of silver and gold under `root`, the reports aside (24 rows)."""
    statements = gold(first, last)
    spans = next(i for i, text in enumerate(statements) if "create table spans" in text)
    for text in (
        *read(seeds, keys),
        *silver(),
        *statements[: spans + 1],
        BANDS,
        AGED,
        *statements[spans + 1 :],
    ):
        duck.execute(text)
    for table, (by, order) in SILVER.items():
        write(duck, root / "silver", table, by, order)
    for table, order in GOLD.items():
        write(duck, root / "gold", table, "day", order)
