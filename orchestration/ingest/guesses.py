"""What a mapping is guessed by: words of column names and of values, formats of dates."""

from typing import Final

# Words of column names by field; the first field that matches takes the column.
WORDS: Final[dict[str, tuple[str, ...]]] = {
    "closed_at": ("fecha de cierre", "fecha cierre", "cerrado", "closed", "fecha de respuesta",
                  "fecha respuesta", "fecha rta", "fecha finalizacion",
                  "fecha de finalizacion", "fecha solucion", "fecha de solucion", "resolved"),
    # Beside a date of closing alone: else it is that.
    "responded_at": ("fecha de respuesta", "fecha respuesta", "fecha rta"),
    "created_at": ("fecha de radicacion", "fecha radicacion", "fecha radicado", "fecha de ingreso",
                   "fecha ingreso", "fecha de recibo", "fecha recepcion", "fecha creacion",
                   "fecha de creacion", "fecha de radicado", "fecha de recepcion", "fecha registro",
                   "fecha de registro", "fecha apertura", "fecha de apertura", "created", "opened",
                   "fecha solicitud", "fecha de solicitud", "marca temporal", "timestamp", "fecha"),
    "key": ("radicado", "numero de radicado", "no radicado", "numero radicado", "radicacion",
            "consecutivo", "unique key", "id", "numero", "codigo de queja", "codigo queja",
            "ticket", "folio", "caso", "case"),
    "source_channel": ("medio de recepcion", "canal", "medio", "channel", "origen", "via"),
    "pqrs_type": ("tipo de peticion", "tipo de solicitud", "tipo pqrs", "tipo", "tipologia",
                  "clase", "type", "category", "modalidad"),
    "subtype": ("subtipo", "subtipo de peticion", "subtipo de solicitud", "subtype"),
    "priority": ("prioridad", "urgencia", "priority", "urgency"),
    "geo_code": ("municipio", "mpio", "ciudad", "codigo municipio", "divipola", "city"),
    "department": ("departamento", "depto", "department"),
    "dependencia": ("dependencia", "dependencia responsable", "dependencia asignada",
                    "oficina responsable", "area responsable"),
    "outcome": ("desenlace", "sentido de la respuesta", "estado", "status"),
    "text": ("asunto", "descripcion", "hechos", "detalle", "texto", "description", "descriptor",
             "peticion", "observacion", "describa"),
    "answer": ("texto de respuesta", "respuesta", "rta de fondo", "rta", "resolution",
               "solucion"),
}  # fmt: skip
# Words of names that only resemble that of a field: the date by which an answer is due, the number
# of a citizen's document, the medium of the answer.
_NOT_A_TIME: Final = (
    "limite", "maxim", "vencim", "vence", "esperad", "estimad", "programad", "proyectad",
    "prevista", "plazo", "nacimiento", "hechos", "expedicion",
)  # fmt: skip
UNLIKE: Final[dict[str, tuple[str, ...]]] = {
    "closed_at": _NOT_A_TIME,
    "responded_at": (*_NOT_A_TIME, "parcial", "prorroga", "ampliacion", "traslado", "notifica",
                     "encuesta"),
    "created_at": (*_NOT_A_TIME, "respuesta", "salida", "cierre"),
    "key": ("documento", "identificacion", "cedula", "telefono", "celular", "contacto", "salida",
            "respuesta", "folios", "anexos", "fecha", "hora", "dias"),
    "source_channel": ("respuesta", "notificacion", "salida"),
    "geo_code": ("ciudadan", "nacimiento", "expedicion"),
    "text": ("peticionario", "nombre", "documento", "numero", "tipo", "estado", "respuesta"),
    "answer": ("requiere", "medio", "canal", "dias", "tiempo", "termino", "plazo", "tipo", "estado",
               "radicado", "numero", "funcionario", "responsable", "nombre", "dependencia",
               "correo", "calidad", "satisfaccion", "oportun"),
}  # fmt: skip
FORMATS: Final = (
    "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M", "%Y-%m-%d",
    "%d/%m/%Y %I:%M:%S %p", "%d/%m/%Y %I:%M %p", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y",
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y",
    "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %I:%M:%S %p GMT-5", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y%m%d", "%A, %d de %B de %Y",
    "%d de %B de %Y", "%d-%b-%Y", "%d/%b/%Y", "%d %b %Y", "%d/%m/%y %H:%M", "%d/%m/%y", "excel",
    "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%d %H:%M:%S.%f%z", "%Y-%m-%dT%H:%M", "%Y-%m-%d %I:%M:%S %p",
    "%d-%m-%Y %I:%M:%S %p", "%d-%m-%Y %I:%M %p", "%d/%m/%Y %H:%M:%S.%f", "%d.%m.%Y %H:%M",
    # Of two digits: what Excel and Oracle write in Spanish, and short dates of Windows.
    "%d-%b-%y", "%d/%b/%y", "%d-%b-%y %I.%M.%S.%f %p", "%d-%m-%y", "%d/%m/%y %H:%M:%S",
    "%d/%m/%y %I:%M %p", "%d-%b-%Y %H:%M:%S", "%d-%b-%Y %H:%M", "%d de %B de %Y %H:%M",
    "%d de %B de %Y %I:%M %p", "%d de %B del %Y", "%d de %B %Y", "%B %d de %Y", "%b %d, %Y",
)  # fmt: skip
TIMES_OF_DAY: Final = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%H:%M:%S.%f")
VALUES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "source_channel": {
        "postal": ("correo fisico", "correspondencia", "correo certificado", "postal"),
        # A chat "en línea" is none of the web, and a "ventanilla virtual" is no counter.
        "chat": ("chat", "whatsapp"),
        "email": ("correo electronico", "correo", "mail"),
        "webform": (
            "web",
            "pagina",
            "formulario",
            "portal",
            "online",
            "en linea",
            "internet",
            "virtual",
            "sede electronica",
        ),
        "in_person": ("presencial", "ventanilla", "oficina", "personal", "walk in"),
        "call": ("telefon", "llamada", "call", "phone", "linea"),
        "other_digital": ("redes", "social", "twitter", "facebook", "app", "mobile", "otro"),
    },
    "pqrs_type": {
        "Q": ("queja", "complaint", "q"),
        "R": ("reclam", "claim", "r"),
        "S": ("sugerencia", "felicit", "suggestion", "s"),
        "P": ("peticion", "derecho", "solicitud", "consulta", "request", "informacion", "p"),
    },
    # Of petitions, those that the law gives a term of their own.
    "subtype": {
        "consulta": ("consulta",),
        "informacion": ("informacion", "documento", "copia"),
    },
    "outcome": {
        "TRANSFERRED": (
            "traslad",
            "por competencia",
            "no competencia",
            "otra entidad",
            "entidad competente",
        ),
        "DENIED": ("negad", "denegad"),
        "WITHDRAWN": ("desisti",),
    },
    "priority": {"alta": ("high", "urgente"), "media": ("normal", "medium"), "baja": ("low",)},
}
# Of folded texts in a column of closing dates: how words begin that say that a case is done, and
# how a text begins that says that it is not.
DONE: Final = (
    "si$", "yes$", "x$", "ok$", "hoy$", "ayer$", "con ", "respuesta", "respondid", "contest",
    "cerrad", "resuelt", "soluciona", "finaliz", "terminad", "atendid", "archiv", "traslad",
    "remitid", "enviad", "notificad", "desisti", "anulad", "closed", "answered", "resolved",
    "done", "completed",
)  # fmt: skip
NOT_DONE: Final = (
    "no", "not", "sin", "por", "aun", "en", "espera", "esperando", "falta", "pendiente", "pending",
)  # fmt: skip
# Of folded texts in a column of states: what denies an outcome, and whither a case goes that stays
# with the entity. An end of the case is only its transfer to another one.
DENIED: Final = ("no", "not", "sin")
WITHIN: Final = ("intern", "dependencia", "area", "oficina", "grupo", "funcionario", "secretaria")
DEFAULTS: Final = {"source_channel": "other_digital", "pqrs_type": "P", "priority": "media"}
NO_CLOSINGS: Final = ("no column of closing dates was found: every case stays open",)
