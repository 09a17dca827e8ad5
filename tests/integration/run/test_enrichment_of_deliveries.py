"""Deliveries share days: what models say is of the lines that count, or nothing is said."""

from pathlib import Path

import pytest

from tests.integration.run.lake import ROOT, Lake, LakeFactory

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

MAPPING = ROOT / "docs" / "ingest" / "pqrs_entidad.yaml"
HEAD = "Radicado;Fecha de radicación;Medio de recepción;Tipo;Municipio;Asunto;Fecha de respuesta"
CHAT = ("Felicito al funcionario, sugiero más árboles", "Presento una queja por el mal trato")
EMAIL = ("Solicito copia de mi expediente", "Reclamo por cobro doble, mi cédula es 79.482.113")
SAID = """
    select external_id, count(distinct model_type), min(explain_json::text)
    from silver.tickets join silver.preclassification using (ticket_id)
    where model_type <> 'encoder_lr' group by 1 order by 1
"""


def test_a_day_of_two_sources_is_said_anew_whole_and_never_of_other_lines(
    new_lake: LakeFactory, tmp_path: Path
) -> None:
    lake = new_lake()
    _ingest(lake, _delivery(tmp_path, "chat", CHAT), "chat")
    _ingest(lake, _delivery(tmp_path, "email", EMAIL), "email")
    first = lake.query(SAID)
    assert [row[:2] for row in first] == [
        ("chat-0", 3), ("chat-1", 3), ("email-0", 3), ("email-1", 3),
    ]  # fmt: skip
    partitions = lake.query(
        "select distinct partition from meta.committed_objects where layer = 'enrichment'"
    )
    assert partitions == [("day=2025-03-03",)]
    assert "79.482.113" not in str(_masked(lake)["email-1"])

    # One more case, before the others: every line that models read is now another one.
    corrected = _delivery(tmp_path, "email", ("Agua sucia en mi barrio", *EMAIL[::-1]))
    _ingest(lake, corrected, "email", PQR_ENRICHMENT="off")
    assert lake.query("select count(*) from silver.tickets") == [(5,)]
    assert lake.query(SAID) == []
    assert set(_masked(lake).values()) == {None}

    _ingest(lake, corrected, "email")
    again = lake.query(SAID)
    assert [row[1] for row in again] == [3] * 5
    # The other source says what it said.
    assert again[:2] == first[:2]
    shown = _masked(lake)
    assert shown["email-0"] == "Agua sucia en mi barrio"
    assert shown["email-1"] == "Reclamo por cobro doble, mi cédula es [DOCUMENTO]"


def _delivery(folder: Path, source: str, texts: tuple[str, ...]) -> Path:
    """Cases of one day, one per text."""
    path = folder / f"{source}.csv"
    rows = [
        f"{source}-{number};03/03/2025 09:0{number};Chat;Queja;Cali;{text};"
        for number, text in enumerate(texts)
    ]
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path


def _masked(lake: Lake) -> dict[object, object]:
    """What readers see of each case's message."""
    return dict(
        lake.query(
            "select external_id, masked_text from silver.tickets"
            " join core.messages using (ticket_id) where role = 'citizen'"
        )
    )


def _ingest(lake: Lake, path: Path, source: str, **variables: str) -> None:
    done = lake.pqr(
        "ingest", str(path), "--mapping", str(MAPPING), "--source", source, "--publish", **variables
    )
    assert done.returncode == 0, done.stderr
