-- What Metabase's questions read beside sample_publication.sql, with the contract's columns.
create table gold.kpi_sla_cohort_daily as
select
    day,
    pqrs_type,
    closings_count as due_count,
    within_sla_count as in_term_count,
    (closings_count - within_sla_count) / 2 as late_count,
    closings_count - within_sla_count - (closings_count - within_sla_count) / 2 as open_count,
    within_sla_pct as in_term_pct
from gold.kpi_sla_daily;

create table gold.kpi_outcome_daily as
select
    day,
    pqrs_type,
    outcome,
    round(closings_count * share)::bigint as responses_count,
    round(closings_count * share * 0.9)::bigint as in_term_count
from gold.kpi_sla_daily
cross join (values
    ('ANSWERED', 0.86), ('TRANSFERRED', 0.08), ('DENIED', 0.02), ('WITHDRAWN', 0.04)
) as outcomes (outcome, share);

create table gold.kpi_municipality_daily as
select
    day,
    places.*,
    round(closings_count * share)::bigint as tickets_count,
    round(closings_count * share * 0.8)::bigint as closings_count
from (select day, sum(closings_count) as closings_count from gold.kpi_sla_daily group by 1) as days
cross join (values
    ('05001', 'Antioquia', 'Medellín', 0.4), ('05002', 'Antioquia', 'Abejorral', 0.1),
    ('08001', 'Atlántico', 'Barranquilla', 0.3), ('11001', 'Bogotá, D.C.', 'Bogotá, D.C.', 0.2)
) as places (geo_id, department, municipio, share);

create table gold.kpi_department_daily as
select
    day,
    left(geo_id, 2) as dane_department_code,
    department,
    sum(tickets_count)::bigint as tickets_count,
    sum(closings_count)::bigint as closings_count,
    round(sum(closings_count) * 0.9)::bigint as within_sla_count,
    round(sum(closings_count) * 0.2)::bigint as overdue_count
from gold.kpi_municipality_daily
group by 1, 2, 3;

create table gold.kpi_priority_daily as
select
    day,
    priority,
    round(sum(backlog_count) * share)::bigint as backlog_count
from gold.kpi_backlog_daily
cross join (values ('alta', 0.1), ('media', 0.5), ('baja', 0.4)) as priorities (priority, share)
group by day, priority, share;

create table gold.kpi_status_transitions_daily as
select
    day,
    pqrs_type,
    status_from,
    status_to,
    closings_count as transitions_count,
    case when closings_count > 0 then 12.5 end as avg_hours_in_state
from gold.kpi_sla_daily
cross join (values
    ('ASSIGNED', 'IN_PROGRESS'), ('IN_PROGRESS', 'RESPONDED'), ('RESPONDED', 'CLOSED'),
    ('IN_PROGRESS', 'ON_HOLD')
) as pairs (status_from, status_to)
where status_to <> 'ON_HOLD' or pqrs_type = 'R';

create table gold.kpi_flow_variants_daily as
select
    day,
    pqrs_type,
    case when pqrs_type = 'S' then 'RECEIVED>RADICATED>CLOSED' else 'RECEIVED>ASSIGNED>CLOSED' end
        as variant,
    closings_count,
    within_sla_count,
    0::bigint as nonconforming_count
from gold.kpi_sla_daily;

create table gold.kpi_dependencia_daily as
select
    day,
    dependencia_id,
    closings_count as received_count,
    closings_count as answered_count,
    closings_count,
    3::bigint as handoffs_count,
    closings_count / 2 as one_touch_count,
    7::bigint as at_risk_count
from gold.kpi_sla_daily
cross join (values ('DEP-01'), ('DEP-02'), ('unassigned')) as offices (dependencia_id)
where pqrs_type = 'P';

grant select on all tables in schema gold to bi_reader;
