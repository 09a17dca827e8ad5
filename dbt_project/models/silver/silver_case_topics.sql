-- Grain: one row per ticket and model_version.
-- What a case is about is what the topics' keywords say of its first message by a citizen.

with answers as (
    select * from {{ source('enrichment', 'preclassification') }}
    where topic_version is not null
),

openings as (
    select * from {{ ref('silver_first_messages') }}
),

cases as (
    select * from {{ ref('silver_cases') }}
),

final as (
    select
        openings.day,
        openings.ticket_id,
        openings.message_id,
        cases.pqrs_type,
        cases.region,
        cases.department,
        answers.topic,
        answers.subtopic,
        answers.topic_version as model_version,
        cast(answers.topic_score as decimal(5, 4)) as score,
        cast(answers.topic_margin as decimal(5, 4)) as margin,
        answers.topic is null as abstained,
        answers.topic_explain_json as explain_json
    from openings
    inner join cases on openings.ticket_id = cases.ticket_id
    inner join answers
        on
            openings.source = answers.source
            and openings.object_day = answers.day
            and openings.line_no = answers.line_no
)

select * from final
