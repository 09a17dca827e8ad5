-- From texts(ticket_id, text) to preclassification: one row per text and model.
-- Tables that the caller makes: models(model_type, model_version, least_margin), rule_keywords(pqrs_type,
-- place, keyword, weight), tfidf_features(feature, idf, one weight per label), tfidf_intercepts (one row).
-- Sums are of integers, so that neither the order of rows nor the number of threads changes a digit.

create or replace temp table plain_texts as
select ticket_id, plain_text(coalesce(text, '')) as plain from texts;

-- Rules: each keyword counts once; it matches at the beginning of a word.
create or replace temp table rule_hits as
select plain_texts.ticket_id, keywords.pqrs_type, keywords.place, keywords.keyword, keywords.weight
from plain_texts
inner join rule_keywords as keywords on contains(plain_texts.plain, ' ' || keywords.keyword);

create or replace temp table rule_guesses as
with scored as (
    select
        ticket_id,
        pqrs_type,
        sum(weight)::bigint as weight,
        -- A tie goes to the type that comes first in the file.
        row_number() over (partition by ticket_id order by sum(weight) desc, min(place)) as rank
    from rule_hits
    group by ticket_id, pqrs_type
),

totals as (
    select
        ticket_id,
        sum(weight) as total,
        max(weight) filter (where rank = 1) as best,
        coalesce(max(weight) filter (where rank = 2), 0) as second,
        max(pqrs_type) filter (where rank = 1) as pqrs_type
    from scored
    group by ticket_id
),

explained as (
    select
        ticket_id,
        to_json(list(
            struct_pack(keyword := keyword, pqrs_type := pqrs_type, weight := weight)
            order by weight desc, pqrs_type, keyword
        )) as hits
    from rule_hits
    group by ticket_id
)

select
    plain_texts.ticket_id,
    totals.pqrs_type as predicted_type,
    round(totals.best / totals.total, 4) as score,
    round((totals.best - totals.second) / totals.total, 4) as margin,
    coalesce(explained.hits, '[]') as hits
from plain_texts
left join totals on plain_texts.ticket_id = totals.ticket_id
left join explained on plain_texts.ticket_id = explained.ticket_id;

-- TF-IDF: a feature's value is (1 + ln(times it occurs)) * idf, in thousandths.
create or replace temp table feature_values as
with listed as (
    select ticket_id, unnest(features(stems(plain))) as feature from plain_texts
),

counted as (
    select ticket_id, feature, count(*) as times from listed group by ticket_id, feature
)

select
    counted.ticket_id,
    known.*,
    round((1 + ln(counted.times)) * known.idf)::bigint as value
from counted
inner join tfidf_features as known on counted.feature = known.feature;

create or replace temp table tfidf_guesses as
with sums as (
    select
        ticket_id,
        sqrt(sum(value * value)::double) * 1000 as scale,
        sum(value * p) as p, sum(value * q) as q, sum(value * r) as r, sum(value * s) as s,
        sum(value * alta) as alta, sum(value * media) as media, sum(value * baja) as baja
    from feature_values
    group by ticket_id
),

logits as (
    select
        sums.ticket_id,
        sums.scale,
        [
            {'label': 'P', 'logit': base.p / 1000 + sums.p / scale},
            {'label': 'Q', 'logit': base.q / 1000 + sums.q / scale},
            {'label': 'R', 'logit': base.r / 1000 + sums.r / scale},
            {'label': 'S', 'logit': base.s / 1000 + sums.s / scale}
        ] as types,
        [
            {'label': 'alta', 'logit': base.alta / 1000 + sums.alta / scale},
            {'label': 'media', 'logit': base.media / 1000 + sums.media / scale},
            {'label': 'baja', 'logit': base.baja / 1000 + sums.baja / scale}
        ] as priorities
    from sums
    cross join tfidf_intercepts as base
),

ranked as (
    select
        ticket_id,
        scale,
        list_reverse_sort(list_transform(types, lambda one: {'logit': one.logit, 'label': one.label}))
            as types,
        list_reverse_sort(list_transform(priorities, lambda one: {'logit': one.logit, 'label': one.label}))
            as priorities
    from logits
),

shares as (
    select
        ticket_id,
        scale,
        types[1].label as predicted_type,
        priorities[1].label as predicted_priority,
        list_sum(list_transform(types, lambda one: exp(one.logit - types[1].logit))) as total,
        exp(types[2].logit - types[1].logit) as second
    from ranked
)

select
    ticket_id,
    scale,
    predicted_type,
    predicted_priority,
    round(1 / total, 4) as score,
    round((1 - second) / total, 4) as margin
from shares;

create or replace temp table tfidf_terms as
with contributions as (
    select
        feature_values.ticket_id,
        feature_values.feature as term,
        guesses.scale,
        feature_values.value * case guesses.predicted_type
            when 'P' then feature_values.p
            when 'Q' then feature_values.q
            when 'R' then feature_values.r
            else feature_values.s
        end as weight
    from feature_values
    inner join tfidf_guesses as guesses on feature_values.ticket_id = guesses.ticket_id
)

select
    ticket_id,
    to_json(list_transform(
        max({'weight': weight, 'term': term, 'scale': scale}, 5),
        -- What the term adds to the logit of the predicted type.
        lambda one: {'term': one.term, 'weight': round(one.weight / one.scale, 4)}
    )) as terms
from contributions
group by ticket_id;

create or replace temp table preclassification as
with guesses as (
    select
        plain_texts.ticket_id,
        rules.predicted_type as rules_type,
        rules.score as rules_score,
        rules.margin as rules_margin,
        rules.hits,
        tfidf.predicted_type as tfidf_type,
        tfidf.predicted_priority as tfidf_priority,
        tfidf.score as tfidf_score,
        tfidf.margin as tfidf_margin,
        coalesce(tfidf_terms.terms, '[]') as terms
    from plain_texts
    left join rule_guesses as rules on plain_texts.ticket_id = rules.ticket_id
    left join tfidf_guesses as tfidf on plain_texts.ticket_id = tfidf.ticket_id
    left join tfidf_terms on plain_texts.ticket_id = tfidf_terms.ticket_id
),

per_model as (
    select
        ticket_id, 'rules' as model_type, rules_type as predicted_type,
        null::varchar as predicted_priority, rules_score as score, rules_margin as margin,
        json_object('hits', hits::json) as explain_json
    from guesses
    union all
    select
        ticket_id, 'tfidf_lr', tfidf_type, tfidf_priority, tfidf_score, tfidf_margin,
        json_object('terms', terms::json)
    from guesses
    union all
    -- The ensemble answers where the model is sure, or where the rules agree with it.
    select
        ticket_id, 'ensemble', tfidf_type, tfidf_priority, tfidf_score,
        case when rules_type = tfidf_type then 1 else tfidf_margin end,
        json_object('rules', rules_type, 'tfidf_lr', tfidf_type, 'tfidf_lr_margin', tfidf_margin)
    from guesses
)

select
    per_model.ticket_id,
    per_model.model_type,
    models.model_version,
    per_model.predicted_type,
    per_model.predicted_priority,
    per_model.score,
    per_model.margin,
    coalesce(per_model.margin < models.least_margin, true) as abstained,
    per_model.explain_json::varchar as explain_json
from per_model
inner join models on per_model.model_type = models.model_type
order by per_model.ticket_id, per_model.model_type;
