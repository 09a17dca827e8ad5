"""The shape of the configuration's last part: who handles cases, and how they end."""

from typing import Annotated

from pydantic import Field, model_validator

from simulator.config.model import Probability, Strict, keyed

OUTCOMES = ("ANSWERED", "TRANSFERRED", "DENIED", "WITHDRAWN")
# What an announcement says, as the contract has it: why the answer takes longer.
REASONS = (
    "Se requieren pruebas de otra dependencia",
    "El asunto exige un concepto técnico",
    "La información está en archivo físico",
    "Volumen extraordinario de solicitudes",
)
# The topics of the phrase bank, in its order; the last one's office is also the front office.
TOPICS = (
    "salud", "servicios_publicos", "vias_e_infraestructura", "educacion",
    "subsidios_y_programas_sociales", "tramites_y_documentos", "impuestos_y_cobros",
    "seguridad_y_convivencia", "ambiente", "atencion_al_ciudadano",
)  # fmt: skip
Office = Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class Petitioner(Strict):
    """Who files a case."""

    anonymous: Probability
    juridica: Probability


class Outcome(Strict):
    """How a first answer ends the case, where it does not answer it."""

    transferred_quick: Probability
    transferred_late: Probability
    denied: Probability
    withdrawn: Probability


class Extension(Strict):
    """Announcements that the answer takes longer."""

    share: Probability
    least_part: float = Field(ge=0, lt=1)
    most_part: float = Field(ge=0, lt=1)
    days: Annotated[tuple[int, ...], Field(min_length=3, max_length=3)]

    @property
    def most_days(self) -> int:
        """The longest extension, before the term bounds it."""
        return max(self.days)

    @model_validator(mode="after")
    def _ordered(self) -> "Extension":
        if self.most_part < self.least_part:
            raise ValueError(f"most_part {self.most_part} is below least_part {self.least_part}")
        if min(self.days) < 1 or self.most_days > 60:
            raise ValueError(f"days {list(self.days)} leave 1..60")
        return self


class Handling(Strict):
    """Petitioners, offices, agents, outcomes and extensions of the terms."""

    petitioner: Petitioner
    offices: Annotated[tuple[Office, ...], keyed(TOPICS)]
    agents_per_office: int = Field(ge=2, le=99)
    misrouted: Probability
    reassigned: Probability
    outcome: Outcome
    extension: Extension
