"""The tables of the report: names, titles, how to read them, what they rest on."""

from collections.abc import Mapping
from typing import Final

from orchestration.report.handling_sections import HANDLING_SECTIONS
from orchestration.report.section import Section

_CASES = "silver.tickets"
_CHANGES = "silver.status_events"

SECTIONS: Final[Mapping[str, Section]] = {
    **HANDLING_SECTIONS,
    "summary": Section(
        ("resumen", "summary"),
        ("Resumen", "Summary"),
        (
            "Recibidas: casos creados en el periodo. Cierres: los del periodo; un caso reabierto"
            " puede cerrarse más de una vez. El cambio es en %; el de un porcentaje, en puntos.",
            "Received: cases created in the period. Closings: those of the period; a reopened case"
            " can close more than once. Changes are in %, those of a percentage in points.",
        ),
        ("1474", "1081", "1712"),
        (
            _CASES, _CHANGES, "gold.kpi_backlog_daily", "gold.kpi_sla_daily",
            "gold.kpi_outcome_daily", "gold.kpi_dependencia_daily",
        ),
    ),
    "type": Section(
        ("por-tipo", "by-type"),
        ("Recibidas por tipo", "Received by type"),
        ("El tipo es el del registro inicial.", "The type is the one given at registration."),
        ("1474", "1081", "1712"),
        (f"{_CASES}.pqrs_type", "gold.kpi_volume_daily.tickets_count"),
    ),
    "subtype": Section(
        ("por-subtipo", "by-subtype"),
        ("Recibidas y cierres por subtipo", "Received and closings by subtype"),
        (
            "La ley da un término propio a las solicitudes de información y a las consultas.",
            "The law gives requests for information and consultations a term of their own.",
        ),
        ("1081", "1755"),
        (f"{_CASES}.subtype", f"{_CHANGES}.is_within_sla"),
    ),
    "channel": Section(
        ("por-canal", "by-channel"),
        ("Recibidas por canal", "Received by channel"),
        ("Canal por el que llegó el caso.", "Channel through which the case arrived."),
        ("1474", "1519"),
        (f"{_CASES}.source_channel", "gold.kpi_volume_daily.channel"),
    ),
    "petitioner": Section(
        ("por-peticionario", "by-petitioner"),
        ("Recibidas por peticionario", "Received by petitioner"),
        (
            "Anónimo: presentada sin nombre. Sin dato: el registro no lo dice.",
            "Anonymous: filed without a name. Not stated: the record does not say.",
        ),
        ("1474",),
        (f"{_CASES}.petitioner_kind", f"{_CASES}.petitioner_is_anonymous"),
    ),
    "evolution": Section(
        ("evolucion", "evolution"),
        ("Evolución en el periodo", "Course of the period"),
        (
            "Pendientes y vencidas: al final del último día de cada mes.",
            "Pending and overdue: at the end of the last day of each month.",
        ),
        ("1474",),
        (_CASES, _CHANGES, "gold.kpi_backlog_daily", "gold.kpi_sla_daily"),
    ),
    "in_term": Section(
        ("oportunidad", "in-term"),
        ("Oportunidad: cierres en término y fuera de término", "Closings in and out of term"),
        (
            "Por día de cierre. El caso que nadie cierra no está aquí: véase la tabla siguiente.",
            "By day of closing. A case that nobody closes is not in it: see the next table.",
        ),
        ("1474", "1755"),
        (f"{_CHANGES}.is_within_sla", "gold.kpi_sla_daily.within_sla_count"),
    ),
    "cohort": Section(
        ("vencimientos", "due-cohort"),
        ("Casos cuyo término vencía en el periodo", "Cases whose term ended in the period"),
        (
            "Por día de vencimiento, con lo que se sabía al final de ese día: incluye los casos que"
            " nadie ha cerrado.",
            "By due day, with what was known at its end: cases that nobody has closed are in it.",
        ),
        ("1755", "1712"),
        ("gold.kpi_sla_cohort_daily",),
    ),
    "first_response": Section(
        ("primera-respuesta", "first-answer"),
        ("Tiempo hasta la primera respuesta", "Time to the first answer"),
        (
            "De la creación al primer mensaje de un gestor. Días hábiles de 24 horas, sin fines de"
            " semana ni festivos; horas de calendario.",
            "From creation to the first message of an agent. Business days of 24 hours, without"
            " weekends and holidays; calendar hours.",
        ),
        ("1081", "1712"),
        (f"{_CASES}.first_response_at", "gold.kpi_first_response_daily"),
    ),
    "close": Section(
        ("tiempo-de-cierre", "time-to-close"),
        ("Tiempo hasta el cierre", "Time to the closing"),
        (
            "De la creación a cada cierre del periodo, sin descontar las esperas.",
            "From creation to each closing of the period, time on hold included.",
        ),
        ("1081", "1712"),
        (f"{_CHANGES}.business_seconds", "gold.kpi_close_time_daily"),
    ),
    "balance": Section(
        ("pendientes", "pending"),
        ("Balance de pendientes", "Balance of pending cases"),
        (
            "Pendientes al inicio + recibidas + reabiertas - cierres = pendientes al final.",
            "Pending at the start + received + reopened - closings = pending at the end.",
        ),
        ("1474",),
        (
            "gold.kpi_backlog_daily.backlog_count", "gold.kpi_status_transitions_daily",
            "gold.kpi_sla_daily.overdue_count",
        ),
    ),
    "ageing": Section(
        ("antiguedad", "ageing"),
        ("Antigüedad de los pendientes, en días hábiles", "Age of pending cases, in business days"),
        (
            "Días hábiles desde la creación hasta el final del periodo.",
            "Business days from creation to the end of the period.",
        ),
        ("1474",),
        ("gold.kpi_ageing_daily.open_count",),
    ),
    "priority": Section(
        ("por-prioridad", "by-priority"),
        ("Por prioridad", "By priority"),
        ("Prioridad del registro inicial.", "Priority given at registration."),
        ("1474",),
        (f"{_CASES}.priority", "gold.kpi_priority_daily"),
    ),
    "region": Section(
        ("por-region", "by-region"),
        ("Por región", "By region"),
        ("Región natural del municipio del caso.", "Natural region of the case's municipality."),
        ("1519",),
        (f"{_CASES}.region", "gold.kpi_backlog_daily.region"),
    ),
    "department": Section(
        ("por-departamento", "by-department"),
        ("Por departamento", "By department"),
        ("Departamento del municipio del caso.", "Department of the case's municipality."),
        ("1519",),
        (f"{_CASES}.department", "gold.kpi_department_daily"),
    ),
    "municipality": Section(
        ("por-municipio", "by-municipality"),
        ("Por municipio", "By municipality"),
        (
            "Municipios con casos en el periodo o pendientes, primero los de más recibidas.",
            "Municipalities with cases in the period or pending, those with most received first.",
        ),
        ("1519",),
        (f"{_CASES}.geo_id", "gold.kpi_municipality_daily"),
    ),
}  # fmt: skip
