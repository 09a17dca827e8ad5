"""Municipalities that texts name, everyday words that look like them, and when neither is sure."""

import csv
import random
from pathlib import Path

import pytest

from orchestration.enrichment.places import find_places

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("text", "geo_id"),
    [
        ("Vivo en Bello, Antioquia", "05088"),
        ("resido en La Paz, Cesar", "20621"),
        ("el banco me cobró en El Banco, Magdalena", "47245"),
        ("municipio de Victoria (Caldas)", "17867"),
        ("estoy acá en san vicente del caguán", "18753"),
        ("vivo en Florida Valle del Cauca", "76275"),
        ("en Bolívar, departamento de Santander", "68101"),
        ("soy de MEDELLIN", "05001"),
        ("desde Bogotá D.C.", "11001"),
        ("en San Francisco, Cundinamarca", "25658"),
        ("la alcaldía de Barbosa, Santander", "68077"),
    ],
)
def test_a_place_is_found_with_its_code(text: str, geo_id: str) -> None:
    assert [mention.geo_id for mention in find_places(text)] == [geo_id]


@pytest.mark.parametrize(
    "text",
    [
        "queremos la paz en el barrio",
        "la señora Victoria no atiende",
        "me sirvieron en un plato sucio junto al toro",
        "qué bello jardín",
        "el banco y la playa",
        "en paz descanse",
        "toca esperar, siempre toca",
        "por la unión de los vecinos",
        "gracias a Dios y a la virgen",
    ],
)
def test_everyday_words_are_not_places(text: str) -> None:
    assert find_places(text) == []


def test_a_name_of_several_places_without_a_department_is_not_guessed() -> None:
    (mention,) = find_places("vivo en Villanueva")
    assert mention.geo_id is None


def test_five_hundred_mentions_with_their_departments() -> None:
    with (ROOT / "seeds" / "dim_geo.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    chance = random.Random(1712)
    forms = (
        "vivo en {m}, {d}", "soy del municipio de {m} ({d})", "acá en {m} {d} no hay agua",
        "la alcaldía de {m}, departamento de {d}, no responde", "escribo desde {m} - {d}",
    )  # fmt: skip
    right = 0
    for _ in range(500):
        row = chance.choice(rows)
        text = chance.choice(forms).format(m=row["municipio"], d=row["department"])
        text = chance.choice((text, text.lower(), text.upper()))
        right += row["geo_id"] in {mention.geo_id for mention in find_places(text)}
    assert right >= 490, right
