# ruff: noqa: E501 - SQL in one place reads better in long lines.
"""The yardstick's tables of gold, from its tables of silver."""

from benchmarks.yardstick.terms import DAY, OVERDUE, changes, hours, ratio, running, trend


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
