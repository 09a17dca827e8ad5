"""Words of the page Dependencias y riesgo."""

TEXTS = {
    "dependencias_page": ("Dependencias y riesgo", "Offices and risk"),
    "dependencias_subtitle": (
        "Qué carga cada dependencia, y a qué casos les quedan menos de tres días hábiles.",
        "What each office carries, and which cases have less than three business days left.",
    ),
    "load_title": ("Carga de cada dependencia", "Load of each office"),
    "load_caption": (
        "Casos abiertos al final del {last}: a tiempo, en riesgo y vencidos.",
        "Cases open at the end of {last}: on track, at risk and overdue.",
    ),
    "load_how": (
        "La dependencia de un caso es la de su evento más reciente que nombra una. En riesgo: "
        "abierto, "
        "no vencido, y de su término quedan menos de tres días hábiles.",
        "The office of a case is that of its newest event that names one. At risk: open, not "
        "overdue, "
        "and less than three business days of its term are left.",
    ),
    "offices_title": ("Trabajo de cada dependencia", "Work of each office"),
    "offices_caption": (
        "Del {first} al {last}; los promedios pesan cada cierre o asignación igual. «Sin asignar» "
        "recibe cada caso nuevo y lo tiene hasta su primera asignación.",
        "From {first} to {last}; in the means each closing or assignment counts once. "
        "“Unassigned” receives each new case and has it until its first assignment.",
    ),
    "offices_how": (
        "Sumas de los días del periodo. De un toque: cierres tras exactamente un mensaje de un "
        "gestor, "
        "nunca reabiertos, entre todos los cierres. Las esperas son días hábiles hasta el "
        "cierre; sin "
        "asignar, del radicado a la primera asignación.",
        "Sums over the days of the period. One-touch: closings after exactly one message of an "
        "agent, "
        "never reopened, of all closings. Waits are business days up to the closing; unassigned, "
        "from "
        "registration to the first assignment.",
    ),
    "at_risk_title": ("En riesgo", "At risk"),
    "at_risk_caption": (
        "Quedan menos de tres días hábiles al final del {day}: {total}; los más urgentes primero. "
        "En espera no corre el término, y el día en que vence aún no se conoce.",
        "Less than three business days left at the end of {day}: {total}; the most urgent first. "
        "On hold the term does not run, and the day on which it ends is not known yet.",
    ),
    "at_risk_how": (
        "Casos abiertos y no vencidos al final del último día publicado a los que les quedan menos "
        "de tres días hábiles.",
        "Cases open and not overdue at the end of the last published day with less than three "
        "business days left.",
    ),
    "outcomes_title": ("Resultado de las respuestas", "Outcome of the answers"),
    "outcomes_caption": ("Respuestas del {first} al {last}.", "Answers from {first} to {last}."),
    "outcomes_how": (
        "Resultado de cada transición a Respondido. Un traslado está en término si se hace en "
        "cinco "
        "días hábiles; lo demás, si responde dentro de su término.",
        "Outcome of each transition to Answered. A transfer is in term when it is made within five "
        "business days; the others, when they answer within their term.",
    ),
    "outcome": ("Resultado", "Outcome"),
    "ANSWERED": ("Respondido de fondo", "Answered"),
    "TRANSFERRED": ("Traslado", "Transferred"),
    "DENIED": ("Negado", "Denied"),
    "WITHDRAWN": ("Desistido", "Withdrawn"),
    "unassigned": ("Sin asignar", "Unassigned"),
    "dependencia": ("Dependencia", "Office"),
    "received_count": ("Recibidos", "Received"),
    "answered_count": ("Respondidos", "Answered"),
    "on_track_count": ("A tiempo", "On track"),
    "at_risk_count": ("En riesgo", "At risk"),
    "handoffs_count": ("Traspasos", "Handoffs"),
    "agents_count": ("Gestores, último día", "Agents, last day"),
    "one_touch_pct": ("De un toque", "One-touch"),
    "unassigned_days": ("Sin asignar", "Unassigned"),
    "entity_days": ("Espera de la entidad", "Waiting for the entity"),
    "citizen_days": ("Espera del ciudadano", "Waiting for the citizen"),
    "sla_due_at": ("Vence", "Due"),
    "answers_count": ("Respuestas", "Answers"),
}
