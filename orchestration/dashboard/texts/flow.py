"""Words of the page Flujo."""

TEXTS = {
    "flujo_page": ("Flujo", "Flow"),
    "flujo_subtitle": (
        "Por dónde pasan los casos, dónde esperan, cuáles vuelven, y qué tienen en común los "
        "tardíos.",
        "Which way cases go, where they wait, which come back, and what the late ones have in "
        "common.",
    ),
    "map_title": ("Mapa del proceso", "Process map"),
    "map_caption": (
        "Transiciones del {first} al {last} y mediana de días hábiles en el estado que se deja. "
        "El grosor es el número; en rojo, la espera más larga antes del cierre.",
        "Transitions from {first} to {last} and median business days in the state left. "
        "Width is the number; the longest wait before the closing is red.",
    ),
    "map_how": (
        "Transiciones válidas del periodo. El tiempo es hábil (días de 24 horas, sin fines de "
        "semana "
        "ni festivos) entre la entrada y la salida del estado; mediana por rango más cercano. La "
        "espera más larga no cuenta lo que sale de Cerrado o Archivado: ya nadie espera.",
        "Valid transitions of the period. Time is business time (days of 24 hours, without "
        "weekends "
        "and holidays) between entering and leaving the state; median by nearest rank. The longest "
        "wait leaves out what follows Closed or Archived: nobody waits any more.",
    ),
    "status_from": ("De", "From"),
    "status_to": ("A", "To"),
    "transitions_count": ("Transiciones", "Transitions"),
    "bottlenecks_title": ("Cuellos de botella", "Bottlenecks"),
    "bottlenecks_caption": (
        "Estados por el tiempo hábil que se llevó todo el periodo.",
        "States by the business time that they took over the period.",
    ),
    "bottlenecks_how": (
        "Suma del tiempo hábil en cada estado de las transiciones que salen de él. La mediana es "
        "la "
        "de la salida más frecuente.",
        "Sum of the business time in each state over the transitions that leave it. The median is "
        "that of its most frequent way out.",
    ),
    "share_pct": ("Del tiempo total", "Of all the time"),
    "variants_title": ("Variantes", "Variants"),
    "variants_caption": (
        "Caminos de los {closings} cierres del periodo; {conforming} de ellos siguen la máquina de "
        "estados sin transiciones rechazadas.",
        "Paths of the {closings} closings of the period; {conforming} of them follow the state "
        "machine without refused transitions.",
    ),
    "variants_how": (
        "Estados por los que pasó el caso hasta ese cierre. Conforme: ninguna transición rechazada "
        "antes de cerrar.",
        "States that the case went through up to that closing. Conforming: no refused transition "
        "before it.",
    ),
    "variant": ("Camino", "Path"),
    "closings_pct": ("De los cierres", "Of the closings"),
    "conforming_pct": ("Conformes", "Conforming"),
    "is_rework": ("Reproceso", "Rework"),
    "rework_title": ("Reproceso", "Rework"),
    "rework_caption": (
        "Parte de los cierres que vienen después de una reapertura, y de los que esperaron. Un "
        "cierre anterior a la reapertura no cuenta; en «Reabiertos», abajo, sí.",
        "Share of closings that come after a reopening, and of those that were on hold. A closing "
        "before the reopening does not count; under “Reopened”, below, it does.",
    ),
    "rework_how": (
        "Cierres cuyo camino tiene una reapertura entre todos los cierres del periodo.",
        "Closings whose path has a reopening, of all closings of the period.",
    ),
    "rework_count": ("Tras reapertura", "After a reopening"),
    "rework_pct": ("Reproceso (%)", "Rework (%)"),
    "held_pct": ("Con espera (%)", "With a hold (%)"),
    "refused_title": ("Transiciones rechazadas", "Refused transitions"),
    "refused_caption": (
        "La máquina de estados no las permite: no mueven el caso.",
        "The state machine does not allow them: they do not move the case.",
    ),
    "refused_how": (
        "Eventos STATUS_CHANGED con is_valid = false en el periodo.",
        "STATUS_CHANGED events with is_valid = false in the period.",
    ),
    "late_title": ("Qué tienen en común los cierres tardíos", "What late closings have in common"),
    "late_caption": (
        "Valores más frecuentes entre los cierres tardíos ({late}) que entre todos ({closings}). "
        "Un caso que se reabre puede cerrar tarde más de una vez. Asociación, no causa.",
        "Values more frequent among late closings ({late}) than among all closings ({closings}). "
        "A case that is reopened can be closed late more than once. Association, not cause.",
    ),
    "late_how": (
        "Soporte: parte de los cierres tardíos que tiene el valor. Base: parte de todos los "
        "cierres. "
        "Elevación: soporte entre base. Se muestran elevaciones mayores que 1, soporte de al menos "
        "1 % y al menos 30 cierres.",
        "Support: share of late closings that has the value. Base: share of all closings. Lift: "
        "support divided by base. Shown are lifts above 1, support of at least 1% and at least 30 "
        "closings.",
    ),
    "attribute": ("Atributo", "Attribute"),
    "value": ("Valor", "Value"),
    "lift": ("Elevación", "Lift"),
    "support_pct": ("Soporte", "Support"),
    "base_pct": ("Base", "Base"),
    "compare_title": ("Comparar dos segmentos", "Compare two segments"),
    "compare_caption": (
        "Cierres del {first} al {last}. Reabiertos: cierres de casos que se reabrieron alguna vez, "
        "antes o después.",
        "Closings from {first} to {last}. Reopened: closings of cases that were ever reopened, "
        "before or after.",
    ),
    "compare_how": (
        "Cierres del periodo de cada segmento. Días: tiempo hábil acumulado contra el término, sin "
        "esperas. Reabiertos: casos que se han reabierto al menos una vez.",
        "Closings of the period in each segment. Days: business time accumulated against the term, "
        "without holds. Reopened: cases that were reopened at least once.",
    ),
    "compare_by": ("Comparar por", "Compare by"),
    "segment": ("Segmento {letter}", "Segment {letter}"),
    "reopened_pct": ("Reabiertos", "Reopened"),
    "median_term_days": ("Mediana (días del término)", "Median (days of the term)"),
}
