-- The daily KPIs of tests/report_world.sql, counted from its cases.
create table gold.kpi_volume_daily as
select day, channel_id as channel, types.pqrs_type, count(cases.i) as tickets_count
from report_days
cross join silver.dim_channel
cross join report_types as types
left join report_cases as cases
    on cases.created_day = day and cases.source_channel = channel_id
    and cases.pqrs_type = types.pqrs_type
group by 1, 2, 3;

create table gold.kpi_backlog_daily as
select day, types.pqrs_type, regions.region, count(standing.ticket_id) as backlog_count
from report_days
cross join report_types as types
cross join (select distinct region from silver.dim_geo) as regions
left join report_standing as standing using (day, pqrs_type, region)
group by 1, 2, 3;

create table gold.kpi_sla_daily as
select
    day, types.pqrs_type,
    (
        select count(*) from report_changes as c
        where c.day = report_days.day and c.pqrs_type = types.pqrs_type and status_to = 'CLOSED'
    ) as closings_count,
    (
        select count(*) from report_changes as c
        where c.day = report_days.day and c.pqrs_type = types.pqrs_type and status_to = 'CLOSED'
            and elapsed <= 864000
    ) as within_sla_count,
    (
        select count(*) from silver.term_extensions as e join report_cases as c using (ticket_id)
        where e.day = report_days.day and c.pqrs_type = types.pqrs_type and is_valid
    ) as extensions_count,
    (
        select count(*) from report_standing as s
        where s.day = report_days.day and s.pqrs_type = types.pqrs_type and is_overdue
    ) as overdue_count
from report_days cross join report_types as types;

create table gold.kpi_ageing_daily as
select
    day, types.pqrs_type, bands.ord as age_band_order, bands.age_band,
    (
        select count(*) from report_standing as s
        where s.day = report_days.day and s.pqrs_type = types.pqrs_type and s.age between least and most
    ) as open_count
from report_days
cross join report_types as types
cross join (values
    (1, '0-5', 0, 5), (2, '6-10', 6, 10), (3, '11-15', 11, 15), (4, '16-30', 16, 30),
    (5, '>30', 31, 9999)
) as bands (ord, age_band, least, most)
where day in (select max(day) from report_days group by to_char(day, 'YYYY-MM'));

create table gold.kpi_department_daily as
select day, department, count(*) as backlog_count, count(*) filter (where is_overdue) as overdue_count
from report_standing group by 1, 2;

create table gold.kpi_municipality_daily as
select day, geo_id, count(*) as backlog_count, count(*) filter (where is_overdue) as overdue_count
from report_standing group by 1, 2;

create table gold.kpi_priority_daily as
select day, priority, count(*) as backlog_count, count(*) filter (where is_overdue) as overdue_count
from report_standing group by 1, 2;

-- Due ten business days after creation; answered by then or not.
create table gold.kpi_sla_cohort_daily as
with due as (
    select cases.pqrs_type, due.day, closed.day as closed_day
    from report_cases as cases
    join silver.dim_calendar as created on created.day = cases.created_day
    join silver.dim_calendar as due
        on due.is_business_day and due.business_day_index = created.business_day_index + 10
    left join report_changes as closed
        on closed.ticket_id = cases.ticket_id and closed.change_no = 3
)

select
    report_days.day, types.pqrs_type, count(due.day) as due_count,
    count(due.day) filter (where closed_day <= due.day) as in_term_count, 0::bigint as late_count,
    count(due.day) filter (where closed_day > due.day or closed_day is null) as open_count
from report_days
cross join report_types as types
left join due on due.day = report_days.day and due.pqrs_type = types.pqrs_type
group by 1, 2;

create table gold.kpi_status_transitions_daily as
select
    report_days.day, types.pqrs_type, 'CLOSED' as status_from, 'REOPENED' as status_to,
    count(changes.i) as transitions_count
from report_days
cross join report_types as types
left join report_changes as changes
    on changes.day = report_days.day and changes.pqrs_type = types.pqrs_type
    and changes.status_to = 'REOPENED'
group by 1, 2;

create table gold.report_quarterly as
select
    date '2025-12-31' as day, types.pqrs_type,
    (
        select count(*) from report_cases as c
        where c.pqrs_type = types.pqrs_type and created_day between '2025-10-01' and '2025-12-31'
    ) as received_count,
    (
        select count(*) from report_changes as c
        where c.pqrs_type = types.pqrs_type and status_to = 'CLOSED'
            and day between '2025-10-01' and '2025-12-31'
    ) as closings_count
from report_types as types;

create table gold.kpi_outcome_daily as
select
    day, pqrs_type, outcome, count(*) as responses_count,
    count(*) filter (where elapsed <= case outcome when 'TRANSFERRED' then 432000 else 864000 end)
        as in_term_count
from report_changes where status_to = 'RESPONDED' group by 1, 2, 3;

create table gold.kpi_waiting_daily as
select day, pqrs_type, count(*) as closings_count
from report_changes where status_to = 'CLOSED' group by 1, 2;

create table gold.kpi_dependencia_daily as
select
    report_days.day, dependencia_id,
    count(*) filter (where status_to = 'RADICATED') as received_count,
    count(*) filter (where status_to = 'RESPONDED') as answered_count,
    count(*) filter (where status_to = 'CLOSED') as closings_count, 0 as handoffs_count,
    count(*) filter (where status_to = 'CLOSED' and i % 4 = 0) as one_touch_count,
    (
        select count(*) from report_standing as s
        where s.day = report_days.day and 'DEP-0' || 1 + s.i % 3 = dependencia_id
    ) as open_count,
    (
        select count(*) from report_standing as s
        where s.day = report_days.day and 'DEP-0' || 1 + s.i % 3 = dependencia_id and s.is_overdue
    ) as overdue_count,
    (
        select count(*) from report_standing as s
        where s.day = report_days.day and 'DEP-0' || 1 + s.i % 3 = dependencia_id and s.age in (9, 10)
    ) as at_risk_count
from report_days
cross join (values ('DEP-01'), ('DEP-02'), ('DEP-03')) as offices (dependencia_id)
left join report_changes as changes
    on changes.day = report_days.day and 'DEP-0' || 1 + i % 3 = dependencia_id
group by 1, 2;

grant select on all tables in schema silver, gold to bi_reader;
