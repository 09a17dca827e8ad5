"""Words of the page Casos."""

TEXTS = {
    "casos_page": ("Casos", "Cases"),
    "casos_subtitle": (
        "La lista detrás de las cifras, y la historia de cada caso. De lo escrito, un resumen "
        "sin datos personales.",
        "The list behind the figures, and the history of each case. Of what people write, a "
        "summary with personal data masked.",
    ),
    "list": ("Lista", "List"),
    "abiertos": ("Abiertos", "Open"),
    "vencidos": ("Vencidos", "Overdue"),
    "por_vencer": ("Por vencer (menos de 3 días)", "Due soon (less than 3 days)"),
    "creados": ("Creados en el periodo", "Created in the period"),
    "tarde": ("Cerrados tarde en el periodo", "Closed late in the period"),
    "find": ("Buscar un radicado", "Find a number"),
    "found_elsewhere": (
        "está fuera de esta lista o de estos filtros.",
        "was found outside of this list or these filters.",
    ),
    "no_number": (
        "Ningún caso de la publicación vigente tiene el número {number}. Escríbalo completo, como "
        "PQR-20250901-00001.",
        "No case of the current publication has the number {number}. Write the whole number, like "
        "PQR-20250901-00001.",
    ),
    "page_number": ("Página", "Page"),
    "list_title": ("Casos", "Cases"),
    "list_caption": (
        "{total}; se muestran del {from_row} al {to_row}. Lo abierto es a fin del último día "
        "publicado.{note}",
        "{total}; shown are {from_row} to {to_row}. What is open is so at the end of the last "
        "published day.{note}",
    ),
    "list_how": (
        "Casos que cumplen la lista y los filtros, los más atrasados o los más recientes primero.",
        "Cases that meet the list and the filters, the most overdue or the newest first.",
    ),
    "remaining_days": ("Quedan (días hábiles)", "Left (business days)"),
    "late_risk": ("Probabilidad de cierre tardío (predicha)", "Chance of a late end (predicted)"),
    "created_at": ("Creado", "Created"),
    "closed_at": ("Cerrado", "Closed"),
    "is_late": ("Tarde", "Late"),
    "late_state": ("Tarde", "Late"),
    "open_overdue": ("Abierto, vencido", "Open, overdue"),
    "open_in_term": ("Abierto, en término", "Open, in term"),
    "open_without_term": ("Abierto, sin radicado aún", "Open, not registered yet"),
    "late_cases_note": (
        " Un caso que se reabrió está una vez, por su último cierre.",
        " A case that was reopened is here once, by its last closing.",
    ),
    "back": ("Volver a la lista", "Back to the list"),
    "no_case": (
        "No hay un caso {case} en la publicación vigente. Búsquelo por su radicado en la lista.",
        "There is no case {case} in the current publication. Find it by its number in the list.",
    ),
    "case_title": ("Caso {number}", "Case {number}"),
    "term": ("Término", "Term"),
    "due": ("Vence", "Due"),
    "elapsed": ("Tiempo acumulado", "Time accumulated"),
    "is_overdue": ("Vencido", "Overdue"),
    "elapsed_note": (
        "Tiempo acumulado: días hábiles al final del {day}, último día publicado.",
        "Time accumulated: business days at the end of {day}, the last published day.",
    ),
    "first_response_at": ("Primera respuesta", "First answer"),
    "case_summary_title": ("Resumen", "Summary"),
    "case_summary_caption": (
        "Las frases que más dicen de los {characters} caracteres que escribió el ciudadano, tal "
        "como están y con los datos personales enmascarados.",
        "The sentences that say most of the {characters} characters that the citizen wrote, as "
        "they stand, with personal data masked.",
    ),
    "case_summary_how": (
        "Hasta tres frases: lo que se pide, lo que pasó, cuándo y cuánto. Las elige una regla "
        "fija, no un modelo generativo, y solo en casos de 600 caracteres o más; pqr summary da "
        "también el lugar de cada frase.",
        "Up to three sentences: what is asked for, what happened, when and how much. A fixed rule "
        "chooses them, not a generative model, and only in cases of 600 characters or more; pqr "
        "summary also gives the place of each.",
    ),
    "sentence": ("Frase", "Sentence"),
    "history_title": ("Historia del caso", "History of the case"),
    "history_caption": (
        "Cada evento en orden, hora de Colombia. De los mensajes se ve quién y cuánto.",
        "Each event in order, Colombian time. Of messages you see who and how long.",
    ),
    "history_how": (
        "Todos los eventos publicados del caso. A los lectores no se dan textos sin enmascarar.",
        "All published events of the case. Unmasked texts are not given to readers.",
    ),
    "ts": ("Cuándo", "When"),
    "event": ("Qué", "What"),
    "actor": ("Quién", "Who"),
    "citizen": ("Ciudadano", "Citizen"),
    "agent": ("Gestor", "Agent"),
    "system": ("Sistema", "System"),
    "state_days": ("En el estado anterior (días hábiles)", "In the state before (business days)"),
    "TICKET_CREATED": ("Creación", "Creation"),
    "MESSAGE_ADDED": ("Mensaje", "Message"),
    "ATTACHMENT_ADDED": ("Adjunto", "Attachment"),
    "STATUS_CHANGED": ("Cambio de estado", "Change of state"),
    "TERM_EXTENDED": ("Prórroga", "Extension"),
    "extension_days": ("días hábiles: {count}", "business days: {count}"),
    "no_effect": ("sin efecto", "without effect"),
    "characters": ("{count} caracteres", "{count} characters"),
    "refused": ("rechazada", "refused"),
}
