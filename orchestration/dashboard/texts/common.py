"""Words that every page uses."""

TEXTS = {
    "data_until": ("Datos hasta el {day}", "Data until {day}"),
    "published_at": (
        "Publicación {number} del {moment}, hora de Colombia · ejecución {run}",
        "Publication {number} of {moment}, Colombian time · run {run}",
    ),
    "republished": (
        "Hay una publicación nueva: la página muestra ahora la número {number}.",
        "There is a new publication: the page now shows number {number}.",
    ),
    "degraded": (
        "Publicado con avisos: {warned} controles no pasaron. Mire cuáles en «Calidad y corridas» "
        "antes de usar las cifras.",
        "Published with warnings: {warned} checks did not pass. See which in “Quality and runs” "
        "before you use the figures.",
    ),
    "ignored": (
        "La dirección pide nombres o valores que no existen, y no se usaron: {names}. "
        "Escoja otros en los filtros.",
        "The address asks for names or values that do not exist; they were not used: {names}. "
        "Choose others in the filters.",
    ),
    "partial": (
        "Periodo parcial: días publicados, {days} de los {wanted} pedidos.",
        "Partial period: days published, {days} of the {wanted} asked for.",
    ),
    "outside": (
        "Ningún día de ese periodo está publicado. Hay datos del {first} al {last}.",
        "No day of that period is published. There are data from {first} to {last}.",
    ),
    "nothing_left": (
        "Ningún caso cumple estos filtros en el periodo. Quite alguno o amplíe el periodo.",
        "No case meets these filters in the period. Take one back or widen the period.",
    ),
    "nothing_closed": (
        "En el periodo no se cerró ningún caso de los escogidos, y al final ninguno estaba "
        "vencido. Amplíe el periodo.",
        "None of the chosen cases was closed in the period, and none was overdue at its end. "
        "Widen the period.",
    ),
    "nothing_here": ("Nada que mostrar aquí.", "Nothing to show here."),
    "nothing_filtered": (
        "Nada que mostrar con estos filtros.",
        "Nothing to show with these filters.",
    ),
    "span": ("Últimos días", "Last days"),
    "own_days": ("Días propios (desde, hasta)", "Days of your own (from, to)"),
    "more": ("Más filtros", "More filters"),
    "all": ("Todos", "All"),
    "clear": ("Quitar filtros", "Clear filters"),
    "how": ("Cómo se calcula", "How it is computed"),
    "view": ("Vista de PostgreSQL", "PostgreSQL view"),
    "how_docs": (
        "Definiciones y preguntas en SQL: `docs/guide.es.md`. "
        "Cada columna y su linaje: `make docs`.",
        "Definitions and questions in SQL: `docs/guide.md`. Each column and its lineage: `make "
        "docs`.",
    ),
    "table": ("Tabla", "Table"),
    "see_table": (
        "Los mismos datos están en la tabla debajo.",
        "The same data are in the table below.",
    ),
    "csv_help": ("Descargar las filas de esta cifra", "Download the rows of this figure"),
    "more_rows": (
        "Se muestran {shown} de {total} filas; el CSV las trae todas.",
        "{shown} of {total} rows are shown; the CSV has all of them.",
    ),
    "not_filtered": ("No se filtra por: {names}", "Not filtered by: {names}"),
    "base": ("n = {count}", "n = {count}"),
    "against": ("frente a los {days} días anteriores", "against the {days} days before"),
    "no_before": ("sin anterior", "none before"),
    "points": ("{change} pp", "{change} pp"),
    "hours": ("{hours} h", "{hours} h"),
    "days_unit": ("{days} d", "{days} d"),
    "goal": ("Meta", "Goal"),
    "quality_good": (
        "Calidad: {passed} de {total} controles",
        "Quality: {passed} of {total} checks",
    ),
    "quality_degraded": (
        "Calidad: {total} controles, {warned} con aviso",
        "Quality: {total} checks, {warned} with a warning",
    ),
    "quality_unknown": ("Calidad: sin controles", "Quality: no checks"),
    "empty_title": ("Todavía no hay nada publicado", "Nothing has been published yet"),
    "empty_text": (
        "Estas páginas muestran la publicación vigente, y aún no hay ninguna. "
        "Publique el mundo de 30 días con:",
        "These pages show the current publication, and there is none so far. "
        "Publish the 30-day world with:",
    ),
    "away_title": ("No hay conexión con la base de datos", "The database cannot be reached"),
    "away_text": (
        "PostgreSQL no responde. Los datos no se han perdido: al iniciarlo, esta página vuelve. "
        "Inícielo con:",
        "PostgreSQL does not answer. No data is lost: once it is up, this page is back. "
        "Start it with:",
    ),
    "slow_title": ("La consulta tomó demasiado tiempo", "The query took too long"),
    "slow_text": (
        "Los lectores tienen un minuto por consulta. Escoja un periodo más corto y vuelva a "
        "intentar.",
        "Readers have a minute per query. Choose a shorter period and try again.",
    ),
    "broken_title": ("La base de datos no se puede leer", "The database cannot be read"),
    "broken_text": (
        "PostgreSQL responde, pero faltan vistas o permisos, o cortó la consulta. Intente de "
        "nuevo; "
        "si sigue igual, prepárela y publique otra vez con:",
        "PostgreSQL answers, but views or privileges are missing, or it cut the query off. "
        "Try again; if nothing changes, prepare it and publish again with:",
    ),
    "reason": ("Motivo", "Reason"),
    "retry": ("Intentar de nuevo", "Try again"),
    "foot": (
        "Cifras de la publicación vigente, leídas en PostgreSQL como bi_reader. "
        "En el mundo simulado personas y casos son sintéticos.",
        "Figures of the current publication, read in PostgreSQL as bi_reader. "
        "In the simulated world people and cases are synthetic.",
    ),
}
