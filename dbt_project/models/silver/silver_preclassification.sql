-- Grain: one row per ticket, model_type and model_version.
-- What the models say of a case is what they say of its first message by a citizen.

with answers as (
    select * from {{ source('enrichment', 'preclassification') }}
),

openings as (
    select * from {{ ref('silver_first_messages') }}
),

final as (
    select
        openings.day,
        openings.ticket_id,
        openings.message_id,
        answers.model_type,
        answers.model_version,
        answers.predicted_type,
        answers.predicted_priority,
        cast(answers.score as decimal(5, 4)) as score,
        cast(answers.margin as decimal(5, 4)) as margin,
        answers.abstained,
        answers.explain_json
    from openings
    inner join answers
        on
            openings.source = answers.source
            and openings.object_day = answers.day
            and openings.line_no = answers.line_no
)

select * from final
