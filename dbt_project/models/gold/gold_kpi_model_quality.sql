-- Grain: one row per day and model_type. The models that read every message have a row on every
-- day, encoder_lr where it was asked about a case of the day.

with days as (
    select * from {{ ref('gold_days') }}
),

filed as (
    select
        ticket_id,
        pqrs_type
    from {{ ref('silver_tickets') }}
),

said as (
    select
        said.day,
        said.model_type,
        said.model_version,
        said.predicted_type,
        said.abstained,
        cast(said.score * 10000 as bigint) as score,
        filed.pqrs_type
    from {{ ref('silver_preclassification') }} as said
    inner join filed on said.ticket_id = filed.ticket_id
),

totals as (
    select
        day,
        model_type,
        count(distinct model_version) as versions_count,
        count(*) as judged_count,
        count(*) filter (where not abstained) as covered_count,
        count(*) filter (where not abstained and predicted_type = pqrs_type) as agreed_count,
        cast(sum(score) filter (where not abstained) as bigint) as score_total
    from said
    group by all
),

answers as (
    select
        day,
        model_type,
        predicted_type,
        count(*) as answers_count
    from said
    where not abstained
    group by all
),

-- What was answered on the seven days before, type by type.
trailing_answers as (
    select
        days.day,
        answers.model_type,
        answers.predicted_type,
        cast(sum(answers.answers_count) filter (where answers.day = days.day) as bigint) as today,
        cast(sum(answers.answers_count) filter (where answers.day < days.day) as bigint) as before
    from days
    inner join answers on answers.day between days.day - 7 and days.day
    group by all
),

sums as (
    select
        *,
        sum(today) over (partition by day, model_type) as all_today,
        sum(before) over (partition by day, model_type) as all_before
    from trailing_answers
),

models as (
    select
        days.day,
        unnest(['ensemble', 'rules', 'tfidf_lr']) as model_type
    from days
    union
    select
        day,
        model_type
    from totals
),

-- Half the sum of the differences between the shares of a type, in whole numbers.
drifts as (
    select
        day,
        model_type,
        sum(abs(
            cast(coalesce(today, 0) as hugeint) * all_before
            - cast(coalesce(before, 0) as hugeint) * all_today
        )) as difference,
        2 * cast(max(all_today) as hugeint) * max(all_before) as whole
    from sums
    group by all
),

counted as (
    select
        models.day,
        models.model_type,
        coalesce(totals.versions_count, 0) as versions_count,
        coalesce(totals.judged_count, 0) as judged_count,
        coalesce(totals.covered_count, 0) as covered_count,
        coalesce(totals.agreed_count, 0) as agreed_count,
        totals.score_total,
        drifts.difference,
        drifts.whole
    from models
    semi join days using (day)
    left join totals using (day, model_type)
    left join drifts using (day, model_type)
),

final as (
    select
        day,
        model_type,
        versions_count,
        judged_count,
        covered_count,
        agreed_count,
        {{ pct('agreed_count', 'covered_count') }} as agreed_pct,
        {{ pct('(judged_count - covered_count)', 'judged_count') }} as abstained_pct,
        -- A score is held in ten-thousandths: by a hundred, its mean in percent.
        {{ rounded_ratio('score_total', '(100 * covered_count)', 5) }} as score_pct,
        {{ pct('difference', 'whole') }} as drift_pct
    from counted
)

select * from final
