"""The columns of the anonymised cases: what each says, in two languages, and where it is from."""

from dataclasses import dataclass, field
from typing import Any, Final

from orchestration.report.opendata.anonymous import GENERALISED
from orchestration.report.standing import BANDS


@dataclass(frozen=True)
class Field:
    """A column.

    Attributes:
        name: In Spanish, as a portal shows it.
        type: Of the Frictionless table schema.
        texts: What it says, (Spanish, English).
        source: Published view and column.
        constraints: Of the Frictionless table schema.
    """

    name: str
    type: str
    texts: tuple[str, str]
    source: str
    constraints: dict[str, Any] = field(default_factory=dict)


_GENERALISED: Final = (
    f" «{GENERALISED}» donde publicarlo singularizaría el caso.",
    f" '{GENERALISED}' where it would single the case out.",
)


def _field(
    name: str, spanish: str, english: str, source: str, kind: str = "string", **constraints: Any
) -> Field:
    texts = (spanish, english)
    if kind == "string" and name not in ("estado", "en_termino", "dias_habiles_cierre"):
        texts = (spanish + _GENERALISED[0], english + _GENERALISED[1])
    return Field(name, kind, texts, source, constraints)


FIELDS: Final = (
    _field(
        "mes_recepcion", "Mes en que se creó el caso (AAAA-MM, hora de Colombia).",
        "Month of creation (YYYY-MM, Colombian time).", "silver.tickets.created_day",
        pattern=r"[0-9]{4}-[0-9]{2}|\*",
    ),
    _field("canal", "Canal por el que llegó.", "Channel of arrival.",
           "silver.tickets.source_channel", required=True),
    _field("tipo", "Petición, Queja, Reclamo o Sugerencia.",
           "Petition, complaint, claim or suggestion.", "silver.tickets.pqrs_type", required=True),
    _field("subtipo", "Subtipo con término propio en la ley.",
           "Subtype to which the law gives a term of its own.", "silver.tickets.subtype"),
    _field("region", "Región natural.", "Natural region.", "silver.tickets.region"),
    _field("codigo_departamento", "Código DANE del departamento.", "DANE code of the department.",
           "silver.dim_geo.dane_department_code"),
    _field("departamento", "Departamento.", "Department.", "silver.tickets.department"),
    _field("codigo_municipio", "Código DIVIPOLA del municipio.",
           "DIVIPOLA code of the municipality.", "silver.tickets.geo_id"),
    _field("municipio", "Municipio.", "Municipality.", "silver.tickets.municipio"),
    _field("dependencia", "Dependencia que tiene el caso.", "Office that holds the case.",
           "silver.tickets.dependencia_id"),
    _field("latitud", "Latitud de la cabecera municipal, no del caso; vacía sin municipio.",
           "Latitude of the municipal seat, not of the case; empty without municipality.",
           "silver.dim_geo.latitude", "number", minimum=-5, maximum=14),
    _field("longitud", "Longitud de la cabecera municipal, no del caso; vacía sin municipio.",
           "Longitude of the municipal seat, not of the case; empty without municipality.",
           "silver.dim_geo.longitude", "number", minimum=-82, maximum=-66),
    _field("estado", "Abierto o Cerrado al final del último día publicado.",
           "Open (Abierto) or closed (Cerrado) at the end of the last published day.",
           "silver.tickets.closed_at", enum=["Abierto", "Cerrado"]),
    _field("desenlace",
           "Respondida, Trasladada, Acceso negado o Desistida; «Sin respuesta» si no la hay.",
           "Answered, transferred, access denied or withdrawn; 'Sin respuesta' until there is one.",
           "silver.tickets.outcome", required=True),
    _field("en_termino", "Sí o No: si un caso cerrado se cerró en término; vacío si está abierto.",
           "Whether a closed case was closed in term (Sí, No); empty while open.",
           "silver.tickets.is_late", enum=["Sí", "No"]),
    _field("dias_habiles_cierre",
           "Días hábiles de la creación al último cierre, por tramos; vacío si está abierto.",
           "Business days from creation to the last closing, in bands; empty while open.",
           "silver.tickets.closed_at", enum=list(BANDS)),
)  # fmt: skip

# Of each column, as a portal shows it to people.
TITLES: Final = {
    "mes_recepcion": "Mes de recepción",
    "canal": "Canal",
    "tipo": "Tipo",
    "subtipo": "Subtipo",
    "region": "Región",
    "codigo_departamento": "Código del departamento",
    "departamento": "Departamento",
    "codigo_municipio": "Código del municipio",
    "municipio": "Municipio",
    "dependencia": "Dependencia",
    "latitud": "Latitud",
    "longitud": "Longitud",
    "estado": "Estado",
    "desenlace": "Desenlace",
    "en_termino": "En término",
    "dias_habiles_cierre": "Días hábiles hasta el cierre",
}
