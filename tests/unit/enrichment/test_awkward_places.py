"""Municipalities whose names are everyday words: five hundred mentions, half of them no places."""

import csv
import random
from pathlib import Path

from orchestration.enrichment.places import find_places

ROOT = Path(__file__).resolve().parents[3]
# Said of no place; the words are names of municipalities.
WORDS = (
    "qué bello parque dejaron", "un bello gesto del funcionario", "no nos dejan vivir en paz",
    "firmaron la paz con los vecinos", "la plaza está florida y limpia",
    "celebraron la victoria del equipo en la calle", "la unión de los vecinos pide respuesta",
    "solicito el retiro de la valla", "que me devuelvan la plata que pagué de más",
    "el doctor Restrepo no atiende", "tengo dolores de espalda y no me dan cita",
    "venden el bagre dañado en la esquina", "dejaron mis papeles sobre la mesa",
    "no estoy de acuerdo con la concepción del proyecto", "la soledad de los ancianos da tristeza",
    "cayó una granada cerca del colegio", "ya perdimos la esperanza de que arreglen",
    "fue una gloria ver llegar el agua", "es un recurso de apelación y no una queja",
    "la cumbre de alcaldes no decidió nada", "tuvimos un encuentro con el secretario",
)  # fmt: skip
PLACES = (
    "vivo en {m}, {d}", "soy del municipio de {m}", "la alcaldía de {m}, {d}, no responde",
    "acá en {m} {d} no hay agua", "escribo desde {m} ({d}) por el recibo",
)  # fmt: skip


def everyday_places() -> list[dict[str, str]]:
    path = ROOT / "orchestration" / "enrichment" / "everyday_places.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        names = {row["name"] for row in csv.DictReader(stream)}
    with (ROOT / "seeds" / "dim_geo.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    plain = str.maketrans("áéíóúüñ", "aeiouun")
    found = [row for row in rows if row["municipio"].lower().translate(plain) in names]
    assert len(found) > 100
    return found


def test_five_hundred_awkward_mentions() -> None:
    chance = random.Random(1886)
    rows = everyday_places()
    wrong: list[tuple[str, str | None]] = []
    for _ in range(250):
        row = chance.choice(rows)
        form = chance.choice(PLACES)
        text = form.format(m=row["municipio"], d=row["department"])
        text = chance.choice((text, text.lower(), text.upper()))
        found = {mention.geo_id for mention in find_places(text)}
        is_sole = sum(one["municipio"] == row["municipio"] for one in rows) == 1
        # Without its department a name of several places is a place that nobody can tell.
        right = {row["geo_id"]} if "{d}" in form or is_sole else {None}
        if row["geo_id"] not in found and not found & right:
            wrong.append((text, row["geo_id"]))
    for _ in range(250):
        text = chance.choice(WORDS)
        text = chance.choice((text, text.capitalize(), text.upper()))
        if find_places(text):
            wrong.append((text, None))
    assert len(wrong) <= 10, f"{500 - len(wrong)} of 500 right: {wrong[:20]}"
