"""The official indicators: where the report has each, from which columns, and which law asks."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Final

from orchestration.report.policy import Policy
from orchestration.report.sections import SECTIONS
from orchestration.report.words import LANGUAGES, NOTHING, Language, word


@dataclass(frozen=True)
class Indicator:
    """An indicator that entities report; texts as (Spanish, English).

    Attributes:
        title: What it is called.
        section: The table of the report that has it; None where it is missing.
        source: View and column.
        law: Short citation.
    """

    title: tuple[str, str]
    section: str | None
    source: str
    law: str


INDICATORS: Final = (
    Indicator(
        ("Solicitudes recibidas", "Requests received"),
        "summary",
        "gold.kpi_volume_daily.tickets_count",
        "Ley 1474/2011 art. 76; Decreto 1081/2015 art. 2.1.1.6.2",
    ),
    Indicator(
        ("Recibidas por canal", "Received by channel"),
        "channel",
        "gold.kpi_volume_daily.channel",
        "Ley 1474/2011 art. 76; Resolución 1519/2020",
    ),
    Indicator(
        ("Recibidas por tipo", "Received by type"),
        "type",
        "gold.kpi_volume_daily.pqrs_type",
        "Ley 1474/2011 art. 76",
    ),
    Indicator(
        ("Recibidas por subtipo", "Received by subtype"),
        "subtype",
        "silver.tickets.subtype",
        "Ley 1755/2015 art. 14; Decreto 1081/2015 art. 2.1.1.6.2",
    ),
    Indicator(
        ("En término y fuera de término", "In and out of term"),
        "in_term",
        "silver.status_events.is_within_sla",
        "Ley 1474/2011 art. 76; Ley 1755/2015 art. 14",
    ),
    Indicator(
        ("De las que vencían, respondidas en término", "Of those due, answered in term"),
        "cohort",
        "gold.kpi_sla_cohort_daily.in_term_count",
        "Ley 1755/2015 art. 14; Ley 1712/2014 art. 11",
    ),
    Indicator(
        ("Tiempo medio de respuesta, días hábiles", "Mean time to answer, business days"),
        "answer",
        "silver.status_events.business_seconds,"
        " gold.kpi_outcome_daily.avg_business_days_to_response",
        "Decreto 1081/2015 art. 2.1.1.6.2; Ley 1712/2014 art. 11",
    ),
    Indicator(
        ("Tiempo medio hasta el cierre, días hábiles", "Mean time to the closing, business days"),
        "close",
        "gold.kpi_close_time_daily.avg_business_days_to_close",
        "Ley 1712/2014 art. 11",
    ),
    Indicator(
        ("Solicitudes de información pública", "Requests for public information"),
        "information",
        "silver.tickets.subtype, gold.kpi_outcome_daily.informacion_count",
        "Decreto 1081/2015 art. 2.1.1.6.2; Ley 1712/2014 art. 11",
    ),
    Indicator(
        ("Por peticionario", "By petitioner"),
        "petitioner",
        "silver.tickets.petitioner_kind, silver.tickets.petitioner_is_anonymous",
        "Ley 1474/2011 art. 76",
    ),
    Indicator(
        ("Tiempo hasta la primera respuesta", "Time to the first answer"),
        "first_response",
        "silver.tickets.first_response_at",
        "Decreto 1081/2015 art. 2.1.1.6.2",
    ),
    Indicator(
        ("Pendientes y vencidas", "Pending and overdue"),
        "balance",
        "gold.kpi_backlog_daily.backlog_count, gold.kpi_sla_daily.overdue_count",
        "Ley 1474/2011 art. 76",
    ),
    Indicator(
        ("Antigüedad de los pendientes", "Age of pending cases"),
        "ageing",
        "gold.kpi_ageing_daily.open_count",
        "Ley 1474/2011 art. 76",
    ),
    Indicator(
        ("Por territorio", "By territory"),
        "department",
        "gold.kpi_department_daily, gold.kpi_municipality_daily",
        "Resolución 1519/2020",
    ),
    Indicator(
        ("Comparación con el periodo anterior", "Comparison with the period before"),
        "summary",
        "silver.tickets, silver.status_events",
        "Ley 1474/2011 art. 76",
    ),
    Indicator(
        ("Trasladadas, y en término", "Transferred, and in time"),
        "outcome",
        "gold.kpi_outcome_daily.responses_count, gold.kpi_outcome_daily.in_term_count",
        "Decreto 1081/2015 art. 2.1.1.6.2; Ley 1755/2015 art. 21",
    ),
    Indicator(
        ("Acceso a la información negado", "Access to information denied"),
        "denied",
        "gold.kpi_outcome_daily.informacion_count",
        "Decreto 1081/2015 art. 2.1.1.6.2",
    ),
    Indicator(
        ("Desistidas, tácita o expresamente", "Withdrawn, tacitly or expressly"),
        "outcome",
        "gold.kpi_outcome_daily.responses_count, gold.kpi_outcome_daily.tacit_count",
        "Ley 1755/2015 arts. 17 y 18",
    ),
    Indicator(
        ("Prórrogas del término", "Extensions of the term"),
        "extension",
        "gold.kpi_sla_daily.extensions_count, silver.term_extensions.business_days",
        "Ley 1755/2015 art. 14",
    ),
    Indicator(
        ("Espera del ciudadano y de la entidad", "Waiting for the citizen and the entity"),
        "waiting",
        "gold.kpi_waiting_daily.avg_business_days_waiting_citizen,"
        " gold.kpi_waiting_daily.avg_business_days_waiting_entity",
        "Decreto 1081/2015 art. 2.1.1.6.2",
    ),
    Indicator(
        ("Por dependencia", "By office"),
        "office",
        "gold.kpi_dependencia_daily.answered_count, gold.kpi_dependencia_daily.closings_count",
        "Ley 1474/2011 art. 76",
    ),
    Indicator(
        ("En riesgo de vencer", "At risk of running out"),
        "at_risk",
        "gold.kpi_dependencia_daily.at_risk_count",
        "Ley 1755/2015 art. 14",
    ),
    Indicator(
        ("Por tema o servicio", "By theme or service"),
        "theme",
        "gold.kpi_topic_daily.cases_count",
        "Ley 190/1995 art. 54",
    ),
    Indicator(
        ("Satisfacción de los peticionarios", "Satisfaction of petitioners"),
        None,
        "–",
        "Ley 1474/2011 art. 76",
    ),
)


def indicator_rows(
    language: Language, shown: Set[str], policy: Policy
) -> Iterator[tuple[str, str, str, str]]:
    """Indicator, table, view and column, law; `shown` are the titles of the tables."""
    at = LANGUAGES.index(language)
    for item in INDICATORS:
        where = SECTIONS[item.section].title[at] if item.section else ""
        is_shown = where in shown
        where = where if is_shown else word(language, "absent")
        title = item.title[at]
        if item.section == "cohort":
            title = policy.word(language, "indicator.due_pct")
        law = policy.cited(item.law) or NOTHING
        yield title, where, item.source if is_shown else NOTHING, law
