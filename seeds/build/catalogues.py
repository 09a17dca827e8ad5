"""The short reference lists: channels, types, states, transitions, priorities, roles, SLA policies.

They are written by hand here, once, so that one command rebuilds every seed. SLA policies are
dated data: `valid_to` is the last day in force (empty: still in force), `subtype` empty covers any
subtype that has no row of its own, and a policy is chosen by the ticket's radicated day.
"""

Rows = list[tuple[str, ...]]

CHANNEL: Rows = [
    # Channels that are not default have rows in the KPIs on the days on which they bring a case.
    ("channel_id", "name", "is_default"),
    ("email", "Correo electrónico", "true"),
    ("webform", "Formulario web", "true"),
    ("chat", "Chat", "true"),
    ("call", "Llamada telefónica", "true"),
    ("other_digital", "Otros canales digitales", "true"),
    ("in_person", "Presencial", "false"),
    ("postal", "Correo físico", "false"),
]

# The offices of the simulated entity; whoever ingests an entity's own events puts its offices here.
DEPENDENCIA: Rows = [
    ("dependencia_id", "name"),
    ("DEP-01", "Secretaría de Salud"),
    ("DEP-02", "Secretaría de Servicios Públicos"),
    ("DEP-03", "Secretaría de Infraestructura"),
    ("DEP-04", "Secretaría de Educación"),
    ("DEP-05", "Secretaría de Desarrollo Social"),
    ("DEP-06", "Oficina de Trámites y Documentos"),
    ("DEP-07", "Secretaría de Hacienda"),
    ("DEP-08", "Secretaría de Seguridad y Convivencia"),
    ("DEP-09", "Secretaría de Ambiente"),
    ("DEP-10", "Oficina de Atención al Ciudadano"),
]

PQRS_TYPE: Rows = [
    ("type_id", "name", "sla_business_days"),
    ("P", "Petición", "15"),
    ("Q", "Queja", "10"),
    ("R", "Reclamo", "8"),
    ("S", "Sugerencia", "20"),
]

STATUS: Rows = [
    ("status_id", "name", "is_terminal", "sla_behavior"),
    ("RECEIVED", "Recibido", "false", "NONE"),
    ("RADICATED", "Radicado", "false", "START"),
    ("CLASSIFIED", "Clasificado", "false", "RUN"),
    ("ASSIGNED", "Asignado", "false", "RUN"),
    ("IN_PROGRESS", "En gestión", "false", "RUN"),
    ("ON_HOLD", "En espera", "false", "PAUSE"),
    ("RESPONDED", "Respondido", "false", "RUN"),
    ("CLOSED", "Cerrado", "true", "STOP"),
    ("ARCHIVED", "Archivado", "true", "NONE"),
    ("REOPENED", "Reabierto", "false", "RUN"),
]

STATUS_TRANSITION: Rows = [
    ("status_from", "status_to"),
    ("RECEIVED", "RADICATED"),
    ("RADICATED", "CLASSIFIED"),
    ("CLASSIFIED", "ASSIGNED"),
    ("ASSIGNED", "IN_PROGRESS"),
    ("IN_PROGRESS", "RESPONDED"),
    ("RESPONDED", "CLOSED"),
    ("CLOSED", "ARCHIVED"),
    ("IN_PROGRESS", "ON_HOLD"),
    ("ON_HOLD", "IN_PROGRESS"),
    ("CLOSED", "REOPENED"),
    ("REOPENED", "IN_PROGRESS"),
]

PRIORITY: Rows = [
    ("priority_id", "name", "rank"),
    ("alta", "Alta", "1"),
    ("media", "Media", "2"),
    ("baja", "Baja", "3"),
]

ROLE: Rows = [
    ("role_id", "name"),
    ("citizen", "Ciudadano"),
    ("agent", "Gestor"),
    ("supervisor", "Supervisor"),
    ("admin", "Admin"),
    ("system", "Sistema"),
]

_ART_14 = "Ley 1755 de 2015, art. 14"
_DECREE = "Decreto Legislativo 491 de 2020, art. 5"
_CASE = "Documento del caso académico"
_BEFORE, _EMERGENCY, _AFTER = (
    ("2015-06-30", "2020-03-27"),
    # In force from the decree's publication to the repeal by Ley 2207 of 17 May 2022.
    ("2020-03-28", "2022-05-17"),
    ("2022-05-18", ""),
)


def _ley_1755(period: tuple[str, str], terms: tuple[str, str, str], basis: str) -> Rows:
    """Rows of one period; terms: general petition, information, consulta, in business days.

    The law names no term for Q, R and S: entities apply the general one.
    """
    general, information, consulta = terms
    days = [("P", "", general), ("P", "informacion", information), ("P", "consulta", consulta)]
    days += [(pqrs_type, "", general) for pqrs_type in "QRS"]
    return [("ley_1755", *period, *term, "RESPONDED", "", basis) for term in days]


SLA_POLICY: Rows = [
    (
        "policy_id",
        "valid_from",
        "valid_to",
        "pqrs_type",
        "subtype",
        "business_days",
        "stops_at",
        "cutoff_hour",
        "legal_basis",
    ),
    ("academic_v1", "2015-01-01", "", "P", "", "15", "CLOSED", "", _CASE),
    ("academic_v1", "2015-01-01", "", "Q", "", "10", "CLOSED", "", _CASE),
    ("academic_v1", "2015-01-01", "", "R", "", "8", "CLOSED", "", _CASE),
    ("academic_v1", "2015-01-01", "", "S", "", "20", "CLOSED", "", _CASE),
    *_ley_1755(_BEFORE, ("15", "10", "30"), _ART_14),
    *_ley_1755(_EMERGENCY, ("30", "20", "35"), _DECREE),
    *_ley_1755(_AFTER, ("15", "10", "30"), _ART_14),
]

CATALOGUES: dict[str, Rows] = {
    "dim_channel": CHANNEL,
    "dim_dependencia": DEPENDENCIA,
    "dim_pqrs_type": PQRS_TYPE,
    "dim_status": STATUS,
    "dim_status_transition": STATUS_TRANSITION,
    "dim_priority": PRIORITY,
    "dim_role": ROLE,
    "dim_sla_policy": SLA_POLICY,
}
