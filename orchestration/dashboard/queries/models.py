"""Modelos: how far what models read in a case agrees with what was filed."""

from typing import LiteralString

_DAYS = """
select
    day, model_type, judged_count, covered_count, agreed_count,
    agreed_pct::float8 as agreed_pct, drift_pct::float8 as drift_pct
from gold.kpi_model_quality_daily
where day between %(first)s and %(last)s
order by day, model_type
"""
_MODELS = """
select
    model_type,
    sum(judged_count)::bigint as judged_count,
    sum(covered_count)::bigint as covered_count,
    sum(agreed_count)::bigint as agreed_count,
    (100.0 * sum(agreed_count) / nullif(sum(covered_count), 0))::float8 as agreed_pct,
    (100.0 * (sum(judged_count) - sum(covered_count)) / nullif(sum(judged_count), 0))::float8
        as abstained_pct,
    (sum(score_pct * covered_count) / nullif(sum(covered_count), 0))::float8 as score_pct,
    max(drift_pct)::float8 as drift_pct
from gold.kpi_model_quality_daily
where day between %(first)s and %(last)s
group by 1
having sum(judged_count) > 0
order by 1
"""
QUERIES: dict[str, LiteralString] = {"days": _DAYS, "models": _MODELS}
