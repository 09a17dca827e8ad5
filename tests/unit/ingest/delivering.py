"""Deliveries for tests: a register that is whole, and what a test changes in it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from orchestration.ingest.mapping import CsvMapping, load_mapping
from orchestration.ingest.prepare import Prepared, prepare
from orchestration.settings import PROJECT_ROOT, load_settings

DELIVERIES = PROJECT_ROOT / "tests" / "data" / "deliveries"
EXAMPLES = PROJECT_ROOT / "docs" / "ingest"
TODAY = date(2026, 11, 26)
HEADER = "Radicado;Fecha de radicación;Medio de recepción;Tipo;Municipio;Asunto;Fecha de respuesta"


def mapping(**changes: object) -> CsvMapping:
    """The mapping of the delivered files, with other top-level fields."""
    known = load_mapping(DELIVERIES / "mapping.yaml").model_dump()
    return CsvMapping.model_validate({**known, **changes})


def row(number: str, **cells: str) -> str:
    """A row of the register that is right, but for the cells that are named."""
    right = {
        "radicado": number, "created": "03/03/2025 09:12", "channel": "Chat", "type": "Queja",
        "place": "Cali", "text": "Ruido", "closed": "10/03/2025 10:00",
    }  # fmt: skip
    return ";".join({**right, **cells}.values())


def delivered(
    folder: Path,
    rows: Sequence[str] | bytes,
    rules: CsvMapping | None = None,
    *,
    name: str = "register.csv",
    first: date | None = None,
    last: date | None = None,
) -> Prepared:
    """A file of these rows below the header, or of these bytes, judged."""
    path = folder / name
    path.write_bytes(rows if isinstance(rows, bytes) else "\n".join([HEADER, *rows]).encode())
    settings = replace(load_settings({}), today=TODAY)
    return prepare(
        settings, str(path), source="webform", mapping=rules or mapping(), first=first, last=last,
        today=TODAY,
    )  # fmt: skip


def example(name: str) -> Prepared:
    """A delivered file with its mapping, judged."""
    path = DELIVERIES / name
    own = DELIVERIES / f"{name[:2]}-mapping.yaml"
    return prepare(
        load_settings({}), str(path), source="webform", today=TODAY,
        mapping=own if own.exists() else DELIVERIES / "mapping.yaml",
    )  # fmt: skip


def reasons(prepared: Prepared) -> list[tuple[str, int]]:
    """Reason and line of every row in quarantine."""
    return [(item.reason, item.line) for item in prepared.findings]


def names(prepared: Prepared) -> list[str]:
    """The numbers of the cases."""
    return [case.name for case in prepared.cases]
