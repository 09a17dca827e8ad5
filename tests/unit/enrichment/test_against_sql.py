"""The models answer as their statement in SQL does, which is slower and written apart."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
import yaml
from pyarrow import csv

from orchestration.enrichment.classifier import judged
from orchestration.enrichment.corpus import write_corpus
from orchestration.enrichment.entities import find_entities, find_entities_in
from orchestration.enrichment.evaluation import read_written
from orchestration.enrichment.model import Models, read_models
from orchestration.enrichment.places import find_places, find_places_in
from orchestration.enrichment.spots import Texts
from tests.unit.enrichment.test_model import AWKWARD

HERE = Path(__file__).parent
KEYBOARDS = [
    "QUIERO PONER UNA QUÉJÁ", "quiero\u200b poner una que\u00adja", "quiero poner una quеjа",
    "<p>quiero poner</p> <b>una queja</b>", "que\u0301ja ＱＵＥＪＡ ﬁscal İstanbul ß",
    "straße 2do copia2",
    "me quejo me quejo me", "no me", "no me hansolo", "sería\tbueno, sería bueno", "a" * 30_000,
]  # fmt: skip


@pytest.fixture(scope="module")
def texts() -> list[str]:
    noisy = write_corpus(7, 400, "held_out", is_noisy=True).texts
    return [*noisy, *read_written().texts, *AWKWARD.values(), *KEYBOARDS, " ".join(noisy[:60])]


def said_by_sql(models: Models, texts: list[str]) -> list[tuple[object, ...]]:
    rules = yaml.safe_load(models.rules)
    keywords = [
        {"pqrs_type": letter, "place": rules["order"].index(letter), **entry}
        for letter, entries in rules["rules"].items()
        for entry in entries
    ]
    named = models.versions()
    tables = {
        "texts": pa.table({"ticket_id": [f"{n:09}" for n in range(len(texts))], "text": texts}),
        "rule_keywords": pa.Table.from_pylist(keywords),
        "tfidf_features": csv.read_csv(pa.py_buffer(models.features)),
        "tfidf_intercepts": pa.Table.from_pylist([models.card["intercepts"]]),
        "models": pa.Table.from_pylist(
            [
                {
                    "model_type": name,
                    "model_version": version,
                    "least_margin": float(models.card["least_margin"][name]),
                }
                for name, version in named.items()
            ]
        ),
    }
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, table in tables.items():
            connection.register(name, table)
        connection.execute((HERE / "reference_text.sql").read_text("utf-8"))
        connection.execute((HERE / "reference_models.sql").read_text("utf-8"))
        return connection.execute("select * exclude (ticket_id) from preclassification").fetchall()


def test_each_answer_is_that_of_the_statement_in_sql(texts: list[str]) -> None:
    models = read_models()
    by_model = judged(models, texts)
    names = sorted(by_model)
    ours = [tuple(by_model[name][n].values()) for n in range(len(texts)) for name in names]
    assert ours == said_by_sql(models, texts)


def test_what_a_text_names_does_not_depend_on_its_neighbours(texts: list[str]) -> None:
    texts = [
        *texts,
        "según radicado",
        "2025123456 de ayer",
        "José",
        "Gómez",
        "a@",
        "b.co",
        "La",
        "Paz",
    ]
    entities, places = find_entities_in(Texts(texts)), find_places_in(Texts(texts))
    assert sum(map(len, entities)) > 100
    assert entities == [find_entities(text) for text in texts]
    assert places == [find_places(text) for text in texts]
