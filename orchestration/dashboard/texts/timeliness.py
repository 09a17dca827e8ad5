"""Words of the page Oportunidad."""

TEXTS = {
    "oportunidad_page": ("Oportunidad", "Timeliness"),
    "oportunidad_subtitle": (
        "Qué se cierra dentro del término legal, por tipo, por cohorte y según qué norma.",
        "What is closed within the legal term, by type, by cohort and under which rule.",
    ),
    "by_type_title": ("Cierres a tiempo por tipo", "Closings in time by type"),
    "by_type_caption": (
        "Cierres del {first} al {last}; junto a cada parte, su base.",
        "Closings from {first} to {last}; beside each share, its base.",
    ),
    "by_type_how": (
        "Cierres con tiempo hábil acumulado dentro del término entre todos los cierres del "
        "periodo. "
        "Vencidos y días de atraso son del final del último día. Ojo: los cierres no incluyen lo "
        "que "
        "sigue abierto; para eso está la cohorte.",
        "Closings whose accumulated business time is within the term, of all closings of the "
        "period. "
        "Overdue cases and days late are those at the end of the last day. Mind that closings "
        "leave "
        "out what is still open; that is what the cohort is for.",
    ),
    "avg_overdue_days": ("Atraso medio (días hábiles)", "Mean delay (business days)"),
    "cohorts_title": ("Qué pasó con lo que vencía", "What became of what was due"),
    "cohorts_caption": (
        "Casos por la semana en que vencía su término, como se sabía al final de cada día. "
        "Las semanas incompletas van en tono claro.",
        "Cases by the week in which their term ended, as known at the end of each day. "
        "Incomplete weeks are pale.",
    ),
    "cohorts_how": (
        "Cada caso cuenta el día en que vence su término: en término, tarde o todavía pendiente al "
        "final de ese día; lo decide el cierre o la respuesta, según dónde se detiene el reloj. No "
        "tiene sesgo de supervivencia: lo pendiente también cuenta.",
        "Each case counts on the day its term ends: in term, late, or still pending at the end of "
        "that day; the closing or the answer decides, by where the clock stops. It has no survivor "
        "bias: what is pending counts as well.",
    ),
    "due_count": ("Vencían", "Were due"),
    "in_term_count": ("En término", "In term"),
    "late_count": ("Tarde", "Late"),
    "in_term_pct": ("En término (%)", "In term (%)"),
    "still_open_count": ("Pendientes", "Pending"),
    "speed_title": ("Horas hasta el cierre", "Hours to close"),
    "speed_caption": (
        "Mediana de cada día, horas calendario. Los días sin cierres cortan la línea.",
        "Median of each day, calendar hours. Days without closings break the line.",
    ),
    "speed_how": (
        "De la creación al cierre, horas calendario; mediana por rango más cercano de los cierres "
        "del día.",
        "From creation to closing, calendar hours; median by nearest rank of the day's closings.",
    ),
    "policies_title": ("Términos en vigor", "Terms in force"),
    "policies_caption": (
        "Norma que se aplica a los casos del periodo, en días hábiles. Los creados pueden ser "
        "menos que en el Resumen: aquí no están los que aún no tienen radicado, pues su término no "
        "ha empezado.",
        "The rule that applies to the cases of the period, in business days. There can be fewer "
        "created cases than in the Summary: those not registered yet are not here, as their term "
        "has not begun.",
    ),
    "policies_how": (
        "Términos en vigor el último día del periodo, de la política que se aplica a los casos "
        "creados en él. Los casos de un subtipo con término propio cuentan en su fila.",
        "Terms in force on the last day of the period, of the policy that applies to the cases "
        "created in it. Cases of a subtype with a term of its own count in its row.",
    ),
    "policy_id": ("Política", "Policy"),
    "subtype": ("Subtipo", "Subtype"),
    "business_days": ("Días hábiles", "Business days"),
    "stops_at": ("El reloj se detiene en", "The clock stops at"),
    "legal_basis": ("Fundamento", "Legal basis"),
}
