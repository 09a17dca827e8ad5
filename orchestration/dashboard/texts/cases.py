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
    "por_vencer": ("Por vencer (3 días)", "Due soon (3 days)"),
    "creados": ("Creados en el periodo", "Created in the period"),
    "tarde": ("Cerrados tarde en el periodo", "Closed late in the period"),
    "find": ("Buscar un radicado", "Find a number"),
    "find_help": ("El número completo, como PQR-2025-000123", "The whole number"),
    "page_number": ("Página", "Page"),
    "list_title": ("Casos", "Cases"),
    "list_caption": (
        "{total} casos; se muestran del {from_row} al {to_row}. Lo abierto es a fin del último día "
        "publicado.",
        "{total} cases; shown are {from_row} to {to_row}. What is open is so at the end of the "
        "last "
        "published day.",
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
    "back": ("Volver a la lista", "Back to the list"),
    "no_case": (
        "No hay un caso {case} en la publicación vigente. Búsquelo por su radicado en la lista.",
        "There is no case {case} in the current publication. Find it by its number in the list.",
    ),
    "case_title": ("Caso {number}", "Case {number}"),
    "term": ("Término", "Term"),
    "due": ("Vence", "Due"),
    "elapsed": ("Tiempo acumulado", "Time accumulated"),
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
    "characters": ("{count} caracteres", "{count} characters"),
    "refused": ("rechazada", "refused"),
}
