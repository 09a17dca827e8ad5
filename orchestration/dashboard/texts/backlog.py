"""Words of the page Backlog y envejecimiento."""

TEXTS = {
    "backlog_page": ("Backlog y envejecimiento", "Backlog and ageing"),
    "backlog_subtitle": (
        "Qué está abierto, desde cuándo, en qué estado, y qué está más atrasado.",
        "What is open, since when, in which state, and what is most overdue.",
    ),
    "due_soon": ("Quedan menos de 3 días hábiles", "Less than 3 business days left"),
    "median_age": ("Antigüedad mediana", "Median age"),
    "oldest_age": ("El más antiguo", "The oldest"),
    "as_of": (
        "Al final del {day}, último día publicado, también si el periodo termina antes.",
        "At the end of {day}, the last published day, even where the period ends before.",
    ),
    "open_now_title": ("Lo abierto ahora", "What is open now"),
    "open_now_how": (
        "Casos abiertos al final del último día publicado. Vencido: el tiempo hábil acumulado pasa "
        "del término. Antigüedad: días calendario desde la creación.",
        "Cases open at the end of the last published day. Overdue: the accumulated business time "
        "is beyond the term. Age: calendar days since creation.",
    ),
    "trend_title": ("Casos abiertos por tipo", "Open cases by type"),
    "trend_caption": ("Al final de cada día.", "At the end of each day."),
    "trend_how": (
        "Creados hasta ese día y cuyo último estado no es Cerrado ni Archivado.",
        "Created by that day and in a state other than Closed or Archived.",
    ),
    "ageing_title": ("Antigüedad del backlog", "Age of the backlog"),
    "ageing_caption": (
        "Casos abiertos al final de cada día, por días hábiles desde su creación.",
        "Cases open at the end of each day, by business days since their creation.",
    ),
    "ageing_how": (
        "Días hábiles después del día de creación, hasta el día inclusive.",
        "Business days after the day of creation, up to and including the day.",
    ),
    "age_band": ("Días hábiles", "Business days"),
    "states_title": ("Dónde están los casos abiertos", "Where the open cases stand"),
    "states_caption": (
        "Por estado, al final del último día publicado.",
        "By state, at the end of the last published day.",
    ),
    "states_how": (
        "Estado después de la última transición válida.",
        "State after the last valid transition.",
    ),
    "worst_title": ("Los más atrasados", "The most overdue"),
    "worst_caption": (
        "Escoja el radicado para ver su historia.",
        "Choose the number to see its history.",
    ),
    "worst_how": (
        "Casos abiertos con más días hábiles por encima de su término.",
        "Open cases with the most business days beyond their term.",
    ),
    "external_id": ("Radicado", "Number"),
    "age_days": ("Antigüedad", "Age"),
    "overdue_days": ("Atraso (días hábiles)", "Delay (business days)"),
    "median_age_days": ("Antigüedad mediana", "Median age"),
    "see_all": ("Ver todos los vencidos", "See all overdue cases"),
}
