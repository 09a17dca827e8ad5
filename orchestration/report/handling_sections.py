"""The tables of outcomes, extensions, waiting times and offices: what is said about each."""

from collections.abc import Mapping
from typing import Final

from orchestration.report.section import Section

_CASES: Final = "silver.tickets"
_CHANGES: Final = "silver.status_events"

HANDLING_SECTIONS: Final[Mapping[str, Section]] = {
    "outcome": Section(
        ("desenlaces", "outcomes"),
        ("Desenlaces: cómo terminaron las solicitudes", "Outcomes: how requests ended"),
        (
            "Respuestas del periodo, por su desenlace; un caso reabierto puede tener más de una. El"
            " término de un traslado es de 5 días hábiles; el de las demás, el del caso con sus"
            " prórrogas. Tácitos: desistimientos tras un mes en espera del ciudadano.",
            "Answers of the period by outcome; a reopened case can have more than one. A transfer"
            " has 5 business days, the others the term of the case with its extensions. Tacit:"
            " withdrawals after a month of waiting for the citizen.",
        ),
        ("1081", "1755-17", "1755-21", "1712"),
        (
            f"{_CHANGES}.outcome", "gold.kpi_outcome_daily.responses_count",
            "gold.kpi_outcome_daily.in_term_count", "gold.kpi_outcome_daily.tacit_count",
        ),
    ),
    "denied": Section(
        ("acceso-negado", "access-denied"),
        (
            "Acceso negado y otros desenlaces, por subtipo",
            "Access denied and other outcomes, by subtype",
        ),
        (
            "El decreto pide las solicitudes en que se negó el acceso a la información: son las"
            " negadas del subtipo «Información y documentos».",
            "The decree asks for the requests in which access to information was denied: those"
            " denied of the subtype 'Information and documents'.",
        ),
        ("1081", "1712"),
        (f"{_CHANGES}.outcome", f"{_CASES}.subtype", "gold.kpi_outcome_daily.informacion_count"),
    ),
    "information": Section(
        ("acceso-informacion", "information-requests"),
        ("Solicitudes de información pública", "Requests for public information"),
        (
            "Lo que pide el decreto: recibidas, trasladadas, tiempo de respuesta y acceso negado,"
            " de las solicitudes del subtipo «Información y documentos».",
            "What the decree asks for: received, transferred, time to answer and access denied, of"
            " the requests of the subtype 'Information and documents'.",
        ),
        ("1081", "1712"),
        (
            f"{_CASES}.subtype", f"{_CHANGES}.outcome", f"{_CHANGES}.business_seconds",
            "gold.kpi_outcome_daily.informacion_count",
        ),
    ),
    "answer": Section(
        ("tiempo-de-respuesta", "time-to-answer"),
        ("Tiempo de respuesta, en días hábiles", "Time to answer, in business days"),
        (
            "De la creación a cada respuesta del periodo, la que pone el caso en Respondido; sin"
            " descontar las esperas. Días hábiles de 24 horas, sin fines de semana ni festivos.",
            "From creation to each answer of the period, the one that puts the case in Responded;"
            " time on hold included. Business days of 24 hours, without weekends and holidays.",
        ),
        ("1081", "1712"),
        (
            f"{_CHANGES}.business_seconds",
            "gold.kpi_outcome_daily.avg_business_days_to_response",
        ),
    ),
    "extension": Section(
        ("prorrogas", "extensions"),
        ("Prórrogas del término", "Extensions of the term"),
        (
            "Por día de anuncio. Con efecto: anunciadas antes de vencer el término y que suman a lo"
            " más el término inicial; las demás no lo cambian.",
            "By day of announcement. With effect: announced before the term ran out and adding up"
            " to the initial term at most; the others change nothing.",
        ),
        ("1755",),
        (
            "silver.term_extensions.is_valid", "silver.term_extensions.business_days",
            "gold.kpi_sla_daily.extensions_count",
        ),
    ),
    "waiting": Section(
        ("esperas", "waiting"),
        (
            "Tiempo en espera del ciudadano y de la entidad",
            "Time waiting for the citizen and for the entity",
        ),
        (
            "Hasta cada cierre del periodo: en espera (se pidió algo al ciudadano), y el resto"
            " desde la radicación. Días hábiles.",
            "Until each closing of the period: on hold (something was asked of the citizen), and"
            " the rest since registration. Business days.",
        ),
        ("1081", "1755-17"),
        (f"{_CHANGES}.state_business_seconds", "gold.kpi_waiting_daily"),
    ),
    "office": Section(
        ("por-dependencia", "by-office"),
        ("Por dependencia", "By office"),
        (
            "Asignadas: casos que llegaron a la dependencia; uno trasladado de una a otra cuenta en"
            " las dos. Respuestas y cierres, de la que tenía el caso. De un contacto: cerrados con"
            " un solo mensaje de un gestor y sin reapertura.",
            "Came in: cases that reached the office; one handed from one to another counts in both."
            " Answers and closings are of the office that held the case. One touch: closed with one"
            " message of an agent and never reopened.",
        ),
        ("1474", "1519"),
        (
            "gold.kpi_dependencia_daily.answered_count", f"{_CHANGES}.dependencia_id",
            "gold.kpi_dependencia_daily.one_touch_count",
        ),
    ),
    "theme": Section(
        ("por-tema", "by-theme"),
        ("Por tema", "By theme"),
        (
            "Casos cuyo primer mensaje llegó en el periodo, por el tema que sugieren sus palabras"
            " clave. Lo asigna un modelo, no una persona; sin tema claro donde ninguno predomina."
            " La ley pide los servicios con más quejas y reclamos, y lo que los particulares"
            " sugieren.",
            "Cases whose first message came in the period, by the theme that its keywords suggest."
            " A model assigns it, not a person; no clear theme where none prevails. The law asks"
            " for the services with most complaints and claims, and for what people suggest.",
        ),
        ("190",),
        (
            "gold.kpi_topic_daily.cases_count", "silver.case_topics.topic",
            "silver.case_topics.pqrs_type",
        ),
    ),
    "at_risk": Section(
        ("en-riesgo", "at-risk"),
        (
            "Pendientes por dependencia: a tiempo, en riesgo y vencidas",
            "Pending by office: in time, at risk and overdue",
        ),
        (
            "Al final del periodo. En riesgo: no vencidas, y les quedan menos de 3 días hábiles.",
            "At the end of the period. At risk: not overdue, with less than 3 business days left.",
        ),
        ("1474", "1755"),
        (
            "gold.kpi_dependencia_daily.at_risk_count", "gold.kpi_dependencia_daily.overdue_count",
            "gold.kpi_dependencia_daily.open_count",
        ),
    ),
}  # fmt: skip
