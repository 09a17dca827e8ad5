"""Words of the page Resumen."""

TEXTS = {
    "resumen_page": ("Resumen", "Summary"),
    "resumen_subtitle": (
        "Peticiones, quejas, reclamos y sugerencias: lo que entra, lo que espera y lo que se "
        "cumple.",
        "Petitions, complaints, claims and suggestions: what comes in, what waits, what is in "
        "time.",
    ),
    "created": ("Casos creados", "Cases created"),
    "created_help": ("Casos creados en el periodo.", "Cases created in the period."),
    "open": ("Casos abiertos", "Open cases"),
    "open_help": (
        "Abiertos al final del último día del periodo.",
        "Open at the end of the last day of the period.",
    ),
    "in_time": ("Cerrados a tiempo", "Closed in time"),
    "in_time_help": (
        "Parte de los {base} cierres del periodo que llegó dentro del término legal.",
        "Share of the period's {base} closings that came within the legal term.",
    ),
    "overdue": ("Casos vencidos", "Overdue cases"),
    "overdue_help": (
        "Abiertos y fuera de término al final del último día del periodo.",
        "Open and beyond their term at the end of the last day of the period.",
    ),
    "response": ("Primera respuesta", "First answer"),
    "response_help": (
        "Horas calendario hasta el primer mensaje de un gestor, en promedio de {base} respuestas.",
        "Calendar hours to the first message of an agent, mean of {base} answers.",
    ),
    "kpis_title": ("Indicadores del periodo", "Figures of the period"),
    "kpis_how": (
        "**Creados**: casos cuyo evento TICKET_CREATED es del periodo. **Abiertos**: su último "
        "estado "
        "al final del día no es Cerrado ni Archivado. **A tiempo**: cierres cuyo tiempo hábil "
        "acumulado no pasa del término; un caso reabierto cierra más de una vez. **Vencidos**: "
        "abiertos que ya pasaron su término. **Primera respuesta**: de la creación al primer "
        "mensaje "
        "de un gestor; el promedio pesa cada respuesta igual. El cambio compara con el periodo "
        "anterior de igual largo.",
        "**Created**: cases whose TICKET_CREATED event is of the period. **Open**: their last "
        "state "
        "at the end of the day is neither Closed nor Archived. **In time**: closings whose "
        "accumulated business time is within the term; a reopened case closes more than once. "
        "**Overdue**: open and beyond their term. **First answer**: from creation to the first "
        "message of an agent; in the mean each answer counts once. The change is against the "
        "period "
        "before, of the same length.",
    ),
    "overdue_now": (
        "Con estos filtros los vencidos se conocen solo al final del último día publicado.",
        "With these filters overdue cases are known at the end of the last published day only.",
    ),
    "volume_title": ("Casos creados por día", "Cases created a day"),
    "volume_caption": ("Por canal de entrada.", "By channel of arrival."),
    "volume_how": (
        "Cuenta los casos por el día colombiano en que se crearon y su canal.",
        "Counts cases by the Colombian day on which they were created, and their channel.",
    ),
    "sla_title": ("Cierres a tiempo", "Closings in time"),
    "sla_caption": (
        "Parte de los cierres de cada día; el tamaño del punto es el número de cierres. Los días "
        "sin "
        "cierres quedan vacíos. La línea marca la meta del {goal} %.",
        "Share of each day's closings; the size of a point is the number of closings. Days without "
        "closings stay empty. The line marks the goal of {goal}%.",
    ),
    "sla_how": (
        "Cierres dentro del término entre todos los cierres del día. El reloj corre en días "
        "hábiles "
        "desde el día hábil siguiente al radicado, y se detiene en espera.",
        "Closings within the term, of all closings of the day. The clock runs on business days "
        "from "
        "the one after registration, and stands still on hold.",
    ),
    "open_days_title": ("Casos abiertos al final del día", "Cases open at the end of the day"),
    "open_days_caption": ("Todos los tipos escogidos.", "All chosen types."),
    "open_days_how": (
        "Creados hasta ese día cuyo último estado no es Cerrado ni Archivado.",
        "Created by that day and in a state other than Closed or Archived.",
    ),
    "kinds_title": ("Por tipo de solicitud", "By type of request"),
    "kinds_caption": ("Del {first} al {last}.", "From {first} to {last}."),
    "kinds_how": (
        "Las mismas cifras de arriba, por tipo: creados y cierres del periodo, abiertos y "
        "vencidos al "
        "final de su último día.",
        "The same figures as above by type: created and closed in the period, open and overdue at "
        "the end of its last day.",
    ),
}
