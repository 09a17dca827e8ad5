"""Which PostgreSQL views each figure is computed from."""

from collections.abc import Mapping

_TYPES = ("gold.kpi_volume_daily", "gold.kpi_backlog_daily", "gold.kpi_sla_daily")
_CHECKS = ("meta.current_checks",)

VIEWS: Mapping[str, tuple[str, ...]] = {
    "kpis": (*_TYPES, "gold.kpi_first_response_daily"),
    "volume": ("gold.kpi_volume_daily",),
    "sla": ("gold.kpi_sla_daily",),
    "open_days": ("gold.kpi_backlog_daily", "gold.kpi_sla_daily"),
    "kinds": _TYPES,
    "by_type": ("gold.kpi_sla_daily",),
    "cohorts": ("gold.kpi_sla_cohort_daily",),
    "speed": ("gold.kpi_close_time_daily",),
    "policies": ("silver.dim_sla_policy",),
    "open_now": ("silver.v_tickets_open",),
    "trend": ("gold.kpi_backlog_daily",),
    "ageing": ("gold.kpi_ageing_daily",),
    "states": ("silver.v_tickets_open",),
    "worst": ("silver.v_tickets_open",),
    "country": ("gold.kpi_department_daily", "silver.dim_geo", "silver.dim_department"),
    "ranking": ("gold.kpi_department_daily", "silver.dim_geo"),
    "municipalities": ("gold.kpi_municipality_daily", "silver.dim_geo"),
    "map": ("silver.status_events",),
    "bottlenecks": ("silver.status_events",),
    "variants": ("gold.kpi_flow_variants_daily",),
    "rework": ("gold.kpi_flow_variants_daily",),
    "refused": ("silver.status_events",),
    "late": ("silver.status_events", "silver.tickets"),
    "compare": ("silver.status_events", "silver.tickets"),
    "load": ("gold.kpi_dependencia_daily", "silver.dim_dependencia"),
    "offices": ("gold.kpi_dependencia_daily", "silver.dim_dependencia"),
    "at_risk": ("silver.v_tickets_at_risk",),
    "outcomes": ("gold.kpi_outcome_daily",),
    "models": ("gold.kpi_model_quality_daily",),
    "agreement": ("gold.kpi_model_quality_daily",),
    "checks": _CHECKS,
    "not_passed": _CHECKS,
    "runs": ("meta.runs",),
    "layers": ("meta.layer_runs",),
    "quarantine": ("meta.quarantine_reasons", "meta.runs"),
    "lineage": ("meta.lineage",),
    "list": ("silver.v_tickets_open", "silver.tickets"),
    "case_summary": ("core.messages",),
    "history": ("core.ticket_events", "silver.messages", "silver.status_events"),
}
