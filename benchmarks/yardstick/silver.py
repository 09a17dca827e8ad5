# ruff: noqa: E501 - SQL in one place reads better in long lines.
"""The yardstick's tables of silver, from the committed Parquet of bronze."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.yardstick.terms import DAY, SECONDS


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
