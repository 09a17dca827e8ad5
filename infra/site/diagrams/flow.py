"""Diagrams of what happens: the pipeline, a run in its order, a publication."""

from itertools import pairwise

import graphviz

from diagrams.draw import Diagram, Text, box, new_graph, say
from orchestration.metrics.families import LAYERS

_LAYER_TEXTS: dict[str, tuple[Text, str]] = {
    "raw": (("events as they arrived", "eventos como llegaron"), "JSONL"),
    "bronze": (("each line typed", "cada línea con tipos"), "Dask + DuckDB"),
    "enrichment": (("models read the texts", "modelos leen los textos"), "Dask"),
    "silver": (("cases and their SLA clock", "casos y el reloj del término"), "dbt-duckdb"),
    "gold": (("one table per KPI", "una tabla por indicador"), "dbt-duckdb"),
    "serving": (("views of one version", "vistas de una versión"), "dbt-postgres"),
}


def pipeline() -> Diagram:
    """From events to readers; the layers are those of the code."""

    def graph(language: str) -> graphviz.Digraph:
        drawn = new_graph()
        box(drawn, "simulator", say(language, ("simulator", "simulador")), kind="outside")
        own = say(language, ("your events", "sus eventos"))
        box(drawn, "files", own, "JSONL, CSV, XLSX", kind="outside")
        for layer in LAYERS:
            what, how = _LAYER_TEXTS[layer]
            box(drawn, layer, layer, say(language, what), how, kind="store")
        drawn.edge("simulator", "raw")
        drawn.edge("files", "raw", "pqr ingest")
        for before, after in pairwise(LAYERS):
            drawn.edge(before, after)
        bad = ("invalid lines|with a reason", "líneas no válidas|con un motivo")
        name = say(language, ("quarantine", "cuarentena"))
        box(drawn, "quarantine", name, *say(language, bad).split("|"), kind="stop")
        drawn.edge("raw", "quarantine", style="dashed")
        box(drawn, "iceberg", "Iceberg", "DuckDB, Polars, Spark", kind="outside")
        readers = say(language, ("readers", "lectores"))
        box(drawn, "people", readers, "psql, BI, dashboard", kind="outside")
        drawn.edge("serving", "people")
        drawn.edge("serving", "iceberg")
        return drawn

    return Diagram(
        "pipeline",
        ("From events to published KPIs", "De los eventos a los indicadores publicados"),
        (
            "The simulator, or files through pqr ingest, write raw. From raw come bronze,"
            " enrichment, silver, gold and serving, each made from the layers before it. Lines of"
            " raw that are not valid go to quarantine. Readers query the views of serving; the same"
            " files are registered as Iceberg tables.",
            "El simulador, o archivos mediante pqr ingest, escriben raw. De raw salen bronze,"
            " enrichment, silver, gold y serving, cada capa a partir de las anteriores. Las líneas"
            " de raw que no son válidas van a cuarentena. Los lectores consultan las vistas de"
            " serving; los mismos archivos se registran como tablas Iceberg.",
        ),
        graph,
    )


# Who, and what it does; | breaks the line of the box.
_RUN_STEPS: list[tuple[str, Text]] = [
    ("pqr run", ("reads configuration and days", "lee la configuración y los días")),
    (
        "PostgreSQL",
        ("locks the world,|records the attempt", "bloquea el mundo,|registra el intento"),
    ),
    (
        "pqr run",
        ("checks that no earlier day|is missing", "comprueba que no falten|días anteriores"),
    ),
    (
        "raw, bronze, enrichment",
        ("Dask writes the objects,|a manifest commits them",
         "Dask escribe los objetos,|un manifiesto los confirma"),
    ),
    (
        "silver, gold",
        ("dbt builds and tests,|a manifest commits them",
         "dbt construye y prueba,|un manifiesto los confirma"),
    ),
    (
        "serving",
        ("dbt loads PostgreSQL,|rows are compared with gold",
         "dbt carga PostgreSQL,|se comparan filas con gold"),
    ),
    ("PostgreSQL", ("moves the pointer,|ends the attempt", "mueve el puntero,|cierra el intento")),
]  # fmt: skip


def run_sequence() -> Diagram:
    """The steps of `pqr run` in their order."""

    def graph(language: str) -> graphviz.Digraph:
        drawn = new_graph(ranksep="0.22")
        for number, (who, what) in enumerate(_RUN_STEPS, start=1):
            box(drawn, str(number), f"{number}. {who}", *say(language, what).split("|"))
            if number > 1:
                drawn.edge(str(number - 1), str(number))
        stays = ("an error check failed|readers keep the|earlier publication",
                 "falló una prueba de|error; se conserva la|publicación anterior")  # fmt: skip
        box(drawn, "failed", "FAILED", *say(language, stays).split("|"), kind="stop")
        for number in ("5", "6"):
            drawn.edge(number, "failed", style="dashed")
        warned = ("DEGRADED with warnings", "DEGRADED con avisos")
        box(drawn, "end", "PUBLISHED", say(language, warned), kind="store")
        drawn.edge("7", "end")
        return drawn

    def sentences(language: str) -> str:
        return " ".join(
            f"{number}. {who}: {say(language, what).replace('|', ' ')}."
            for number, (who, what) in enumerate(_RUN_STEPS, start=1)
        )

    return Diagram(
        "run-sequence",
        ("A run, step by step", "Una corrida, paso a paso"),
        (
            sentences("en") + " A layer that is committed already is skipped. A failed check of"
            " severity error ends the run as FAILED, and what was published stays.",
            sentences("es")
            + " Una capa ya confirmada se omite. Una prueba fallida de severidad error"
            " termina la corrida como FAILED, y lo publicado se queda.",
        ),
        graph,
    )


def publication() -> Diagram:
    """How readers get one version: views follow one pointer row."""

    def graph(language: str) -> graphviz.Digraph:
        drawn = new_graph()
        boxes: dict[str, tuple[Text, Text, str]] = {
            "readers": (("readers", "lectores"), ("bi_reader", "bi_reader"), "outside"),
            "views": (("views", "vistas"), ("gold.*, silver.*", "gold.*, silver.*"), ""),
            "old": (("publication 1", "publicación 1"), ("kept", "se conserva"), "store"),
            "new": (("publication 2", "publicación 2"), ("live", "vigente"), "store"),
        }
        for key, (name, what, kind) in boxes.items():
            box(drawn, key, say(language, name), say(language, what), kind=kind)
        box(drawn, "pointer", "meta.current_publication", say(language, ("one row", "una fila")))
        shared = ("used by both publications", "usados por ambas publicaciones")
        name = say(language, ("batches of rows", "lotes de filas"))
        box(drawn, "batches", name, say(language, shared), kind="store")
        drawn.edge("readers", "views")
        drawn.edge("views", "pointer")
        drawn.edge("pointer", "new")
        drawn.edge("pointer", "old", "pqr publish", style="dashed")
        drawn.edge("new", "batches")
        drawn.edge("old", "batches")
        return drawn

    return Diagram(
        "publication",
        ("One pointer decides what readers see", "Un puntero decide qué ven los lectores"),
        (
            "Readers query views. The views follow one row, meta.current_publication, to the live"
            " publication, and from there to its batches of rows. pqr publish moves the row to an"
            " earlier publication that is kept.",
            "Los lectores consultan vistas. Las vistas siguen una fila, meta.current_publication,"
            " hasta la publicación vigente y de ahí a sus lotes de filas. pqr publish mueve la fila"
            " a una publicación anterior que se conserva.",
        ),
        graph,
    )
