"""Diagrams of the C4 model: the system among its users, and its containers."""

from itertools import pairwise
from pathlib import Path

import graphviz
import yaml

from diagrams.draw import Diagram, Text, box, new_graph, say

COMPOSE = Path(__file__).resolve().parents[2] / "local" / "compose.yaml"
_WHAT: dict[str, Text] = {
    "rustfs": ("S3: the files of the lake", "S3: los archivos del lago"),
    "postgres": ("published tables|control plane", "tablas publicadas|plano de control"),
    "pqr": ("runs, checks|publishes", "ejecuta, prueba|publica"),
    "dask-scheduler": ("hands out tasks", "reparte tareas"),
    "dask-worker": ("bronze, enrichment", "bronze, enrichment"),
    "postgres-backup": ("daily dump", "copia diaria"),
    "prefect-worker": ("starts scheduled|runs", "inicia corridas|programadas"),
    "prefect": ("shows and|schedules runs", "muestra y|programa"),
    "streamlit": ("pages with|charts", "páginas con|gráficas"),
    "metabase": ("questions|in a browser", "preguntas en|el navegador"),
    "metrics": ("exporter", "exportador"),
    "prometheus": ("keeps metrics|applies rules", "guarda métricas|aplica reglas"),
    "alertmanager": ("routes alerts", "dirige alertas"),
    "alert-receiver": ("receives alerts", "recibe alertas"),
    "grafana": ("dashboards", "tableros"),
}
# From top to bottom; three in a row fit on a phone.
_ROWS = (
    ("grafana", "alert-receiver"),
    ("prometheus", "alertmanager"),
    ("metrics", "metabase", "streamlit"),
    ("postgres", "postgres-backup"),
    ("pqr", "prefect-worker"),
    ("dask-scheduler", "prefect"),
    ("dask-worker",),
    ("rustfs",),
)
_AT_START = ("migrate", "certificates", "metabase-provision")
_CALLS = [
    ("pqr", "prefect"),
    ("prefect-worker", "prefect"),
    ("prefect-worker", "postgres"),
    ("prefect-worker", "dask-scheduler"),
    ("postgres-backup", "postgres"),
    ("pqr", "dask-scheduler"),
    ("dask-scheduler", "dask-worker"),
    ("pqr", "postgres"),
    ("dask-worker", "rustfs"),
    ("pqr", "rustfs"),
    ("streamlit", "postgres"),
    ("metabase", "postgres"),
    ("metrics", "postgres"),
    ("prometheus", "metrics"),
    ("prometheus", "alertmanager"),
    ("alertmanager", "alert-receiver"),
    ("grafana", "prometheus"),
]


def context() -> Diagram:
    """The system among the people and systems around it."""
    people: dict[str, tuple[Text, Text]] = {
        "engineer": (("engineer", "ingeniería"), ("runs and changes it", "lo ejecuta y cambia")),
        "analyst": (("analyst", "analista"), ("queries, reports", "consulta, informa")),
        "auditor": (("auditor", "auditoría"), ("recomputes figures", "recalcula cifras")),
    }

    def graph(language: str) -> graphviz.Digraph:
        drawn = new_graph(ranksep="0.5")
        for name, (who, what) in people.items():
            box(drawn, name, say(language, who), say(language, what), kind="outside")
        systems = {
            "register": (("PQRS register", "registro de PQRS"), ("of the entity", "de la entidad")),
            "tools": (("BI, SQL, Spark", "BI, SQL, Spark"), ("read", "leen")),
        }
        summary = ("raw events to published KPIs", "de eventos crudos a indicadores")
        box(drawn, "system", "PQR Hybrid Lakehouse", say(language, summary))
        for name in people:
            drawn.edge(name, "system")
        for name, (who, what) in systems.items():
            box(drawn, name, say(language, who), say(language, what), kind="outside")
        drawn.edge("system", "register", "pqr ingest", dir="back")
        drawn.edge("system", "tools", "SQL, Iceberg")
        return drawn

    return Diagram(
        "context",
        ("The system and its users", "El sistema y sus usuarios"),
        (
            "Engineers run and change the system, analysts query it and make reports, auditors"
            " recompute figures. It takes events from the PQRS register of an entity through pqr"
            " ingest. BI, SQL and Spark read what it publishes.",
            "Ingeniería ejecuta y cambia el sistema, analistas lo consultan y hacen informes,"
            " auditoría recalcula cifras. Recibe eventos del registro de PQRS de una entidad"
            " mediante pqr ingest. BI, SQL y Spark leen lo que publica.",
        ),
        graph,
    )


def containers() -> Diagram:
    """The services of infra/local/compose.yaml and who calls whom."""
    services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]

    def graph(language: str) -> graphviz.Digraph:
        drawn = new_graph(ranksep="0.4")
        for row in _ROWS:
            with drawn.subgraph(graph_attr={"rank": "same"}) as level:
                for service in row:
                    is_store = service in ("rustfs", "postgres")
                    is_core = "core" in services[service]["profiles"]
                    kind = "store" if is_store else "" if is_core else "outside"
                    words = say(language, _WHAT[service]).split("|")
                    box(level, service, service, *words, kind=kind)
        for above, below in pairwise(_ROWS):
            drawn.edge(above[0], below[0], style="invis")
        height = {service: level for level, row in enumerate(_ROWS) for service in row}
        for caller, called in _CALLS:
            if height[caller] > height[called]:
                drawn.edge(called, caller, dir="back")
            else:
                drawn.edge(caller, called)
        return drawn

    calls = "; ".join(f"{caller} → {called}" for caller, called in _CALLS)
    once = ", ".join(service for service in services if service in _AT_START)
    return Diagram(
        "containers",
        ("Containers of the whole stack", "Contenedores de la pila completa"),
        (
            f"Who calls whom: {calls}. Only at the start: {once}. Embedded mode runs S3,"
            " PostgreSQL, Prefect and the Dask workers as processes of one machine.",
            f"Quién llama a quién: {calls}. Solo al iniciar: {once}. El modo embebido ejecuta S3,"
            " PostgreSQL, Prefect y los trabajadores de Dask como procesos de una máquina.",
        ),
        graph,
    )
