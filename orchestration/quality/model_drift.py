"""Drift of what models read and of what they say, by the KPIs that a run is about to commit."""

from typing import Final

from orchestration.quality.measure import Figure, Rule

# Of fewer answers of a day, or cases of a week, chance alone moves the shares.
_LEAST_ANSWERS: Final = 300
_LEAST_CASES_OF_A_WEEK: Final = 1000
_OF_THE_RUN: Final = "day between getvariable('first_day') and getvariable('last_day')"
_MODEL_DAY: Final = "day || ' ' || model_type || ': '"
_ANSWERED: Final = f"""(
    from kpi_model_quality where {_OF_THE_RUN} and covered_count >= {_LEAST_ANSWERS}
)"""
# Beside the seven days before.
_ABSTAINED: Final = f"""(
    select day, model_type, abstained_pct, 100.0 * abstained / judged as usual_pct
    from (
        select
            *,
            sum(judged_count - covered_count) over earlier as abstained,
            sum(judged_count) over earlier as judged
        from kpi_model_quality
        window earlier as (
            partition by model_type order by day
            range between interval 7 days preceding and interval 1 day preceding
        )
    )
    where {_OF_THE_RUN} and least(judged_count, judged) >= {_LEAST_ANSWERS}
)"""
# The week that ends with the run beside the one before, in whole numbers.
_TOPICS: Final = """(
    select
        *,
        sum(week_count) over () as all_now,
        sum(week_before_count) over () as all_before
    from (
        select topic, sum(week_count) as week_count, sum(week_before_count) as week_before_count
        from kpi_topic where day = getvariable('last_day') group by topic
    )
)"""
_MOVED: Final = "week_count * all_before - week_before_count * all_now"
_TOPICS_DRIFT: Final = f"""
    select 50.0 * sum(abs({_MOVED})) / any_value(all_now * all_before)
    from {_TOPICS} having any_value(least(all_now, all_before)) >= {_LEAST_CASES_OF_A_WEEK}
"""
_TOPICS_MOVED: Final = f"""
    select topic || ': ' || week_count || ' after ' || week_before_count
    from {_TOPICS} order by abs({_MOVED}) desc, topic limit 5
"""
MODEL_DRIFT: Final[tuple[Rule, ...]] = (
    # A model whose answers change within a week reads other texts than it was trained on.
    Figure(
        "kpi_model_quality",
        "guesses_do_not_drift",
        f"select max(drift_pct) from {_ANSWERED}",
        f"select {_MODEL_DAY} || drift_pct from {_ANSWERED} order by drift_pct desc nulls last"
        " limit 5",
    ),
    # What models read: of texts unlike those that they know they abstain more often.
    Figure(
        "kpi_model_quality",
        "abstention_drift_points",
        f"select max(abs(abstained_pct - usual_pct)) from {_ABSTAINED}",
        f"select {_MODEL_DAY} || abstained_pct || ' after ' || round(usual_pct, 2)"
        f" from {_ABSTAINED} order by abs(abstained_pct - usual_pct) desc limit 5",
    ),
    # The rules are known to agree less (docs/models.md).
    Figure(
        "kpi_model_quality",
        "model_agrees_with_what_was_filed",
        f"select min(agreed_pct) from {_ANSWERED} where model_type <> 'rules'",
        f"select {_MODEL_DAY} || agreed_pct from {_ANSWERED} where model_type <> 'rules'"
        " order by agreed_pct limit 5",
    ),
    Figure("kpi_topic", "topics_drift_pct", _TOPICS_DRIFT, _TOPICS_MOVED),
)
