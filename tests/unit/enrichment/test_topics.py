"""What texts are about: topics by keywords, and none where two topics have as much for them."""

import json

import pytest

from orchestration.enrichment.topics import topic_rules
from orchestration.enrichment.words import words_of


def guess(text: str):
    (found,) = topic_rules().judge(words_of([text]))
    return found


@pytest.mark.parametrize(
    ("text", "topic", "subtopic"),
    [
        ("En la farmacia no hay los medicamentos de mi mamá", "salud", "medicamentos"),
        ("llevamos tres días sin agua y el acueducto no contesta", "servicios_publicos", "agua"),
        ("La calle está llena de huecos", "vias_e_infraestructura", "vias"),
        ("No hay cupo para mi hijo en el colegio", "educacion", "cupos_y_matricula"),
        ("quiero saber mi puntaje del SISBÉN", "subsidios_y_programas_sociales", "sisben"),
        ("Necesito la licencia de construcción", "tramites_y_documentos", "licencias_y_permisos"),
        ("me cobraron dos veces el impuesto predial", "impuestos_y_cobros", "pagos"),
        ("El alumbrado de la cuadra no prende", "seguridad_y_convivencia", "alumbrado"),
        ("botan escombros en la quebrada", "ambiente", "residuos"),
        ("En la ventanilla no hay sistema de turnos", "atencion_al_ciudadano", "sedes_y_turnos"),
    ],
)
def test_a_text_has_the_topic_that_most_of_its_keywords_are_of(text, topic, subtopic) -> None:
    found = guess(text)
    assert (found.topic, found.subtopic) == (topic, subtopic)
    hits = json.loads(found.explain_json)["hits"]
    assert {hit["topic"] for hit in hits} == {topic}


@pytest.mark.parametrize(
    "text",
    ["", "😡", "buenas tardes", "el medidor del colegio, y lectura para escolares"],
)
def test_a_text_without_a_leading_topic_has_none(text: str) -> None:
    found = guess(text)
    assert found.topic is None
    assert found.subtopic is None


def test_the_version_says_what_decides() -> None:
    assert len(topic_rules().version.partition("+")[2]) == 12
