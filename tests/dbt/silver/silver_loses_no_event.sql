-- Every line of bronze is a row of silver or a rejected line with a reason. An inner join too many
-- in a model would lose events in silence.
{{ config(tags=['silver'], group='cases') }}

with counted as (
    select
        (select count(*) from {{ ref('silver_loaded_events') }}) as lines_count,
        (select count(*) from {{ ref('silver_rejected_events') }}) as rejected_count,
        (select count(*) from {{ ref('silver_tickets') }}) as tickets_count,
        (select count(*) from {{ ref('silver_messages') }}) as messages_count,
        (select count(*) from {{ ref('silver_status_events') }}) as status_events_count,
        (select count(*) from {{ ref('silver_attachments') }}) as attachments_count,
        (select count(*) from {{ ref('silver_term_extensions') }}) as extensions_count
)

select * from counted
where
    lines_count
    <> rejected_count
    + tickets_count
    + messages_count
    + status_events_count
    + attachments_count
    + extensions_count
