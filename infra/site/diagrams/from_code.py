"""Diagrams that are read off the code: the states of a case, and the tables with their keys."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import graphviz
import yaml

from diagrams.draw import Diagram, box, new_graph

ROOT = Path(__file__).resolve().parents[3]
_CLOCK = {
    "NONE": ("clock not running", "reloj detenido"),
    "START": ("clock starts", "inicia el reloj"),
    "RUN": ("clock runs", "corre el reloj"),
    "PAUSE": ("clock paused", "reloj en pausa"),
    "STOP": ("clock stops", "se detiene el reloj"),
}


def states() -> Diagram:
    """The state machine of simulator/config/pqrs_status_v1.yaml."""
    path = ROOT / "simulator/config/pqrs_status_v1.yaml"
    machine = yaml.safe_load(path.read_text(encoding="utf-8"))
    facts, moves = machine["states"], machine["transitions"]

    def graph(language: str) -> graphviz.Digraph:
        place = 0 if language == "en" else 1
        drawn = new_graph()
        for state, fact in facts.items():
            clock = _CLOCK[fact["sla_behavior"]][place]
            kind = {"PAUSE": "store", "STOP": "stop", "NONE": "outside"}
            box(
                drawn,
                state,
                *(state, fact["name"], clock),
                kind=kind.get(fact["sla_behavior"], ""),
                peripheries="2" if fact["is_terminal"] else "1",
            )
        for before, after in moves:
            # The way back is drawn upwards and must not turn the order of the states around.
            back = list(facts).index(after) < list(facts).index(before)
            drawn.edge(before, after, constraint="false" if back else "true")
        return drawn

    def sentence(form: str) -> str:
        return " ".join(form.format(before, after) for before, after in moves)

    return Diagram(
        "states",
        ("States of a case", "Estados de un caso"),
        (
            "The moves that are allowed: " + sentence("{} to {}."),
            "Los cambios permitidos: " + sentence("de {} a {}."),
        ),
        graph,
    )


def tables(manifest: Any) -> Diagram:
    """The published tables of silver with the keys that dbt tests.

    Args:
        manifest: dbt's, parsed.
    """
    served = {
        node.name: node
        for node in manifest.nodes.values()
        if node.resource_type == "model" and node.name.startswith("silver_")
        and node.config.meta.get("serving")
    }  # fmt: skip
    references: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for test in manifest.nodes.values():
        metadata = getattr(test, "test_metadata", None)
        if metadata is None or metadata.name != "relationships":
            continue
        child = test.attached_node.rpartition(".")[2]
        parent = str(metadata.kwargs["to"]).split("'")[1]
        if child in served:
            references[child].append((metadata.kwargs["column_name"], parent))
    edges = sorted(
        (child, column, parent) for child, found in references.items() for column, parent in found
    )

    def graph(_: str) -> graphviz.Digraph:
        drawn = new_graph(rankdir="LR", ranksep="0.45", nodesep="0.12")
        for name in sorted({*served, *(parent for _, _, parent in edges)}):
            keys = served[name].config.meta["grain"] if name in served else []
            columns = [column for child, column, _ in edges if child == name]
            kind = "" if name in served else "store"
            drawn.node(name, _table(name, keys, columns), {"class": kind, "shape": "plain"})
        for child, column, parent in edges:
            drawn.edge(f"{child}:{column}", parent)
        return drawn

    links = "; ".join(f"{_public(c)}.{column} → {_public(p)}" for c, column, p in edges)
    return Diagram(
        "tables",
        ("Tables of silver and their keys", "Tablas de silver y sus claves"),
        (
            f"Each arrow leads from a column to the table that must hold its value: {links}.",
            f"Cada flecha va de una columna a la tabla que debe tener su valor: {links}.",
        ),
        graph,
    )


def _public(name: str) -> str:
    return name.removeprefix("silver_")


def _table(name: str, keys: list[str], columns: list[str]) -> str:
    """A table as rows: its name, its key, the columns that refer to others."""
    rows = [f'<tr><td><b><font point-size="13">{_public(name)}</font></b></td></tr>']
    for column in dict.fromkeys((*keys, *columns)):
        text = f"{column} (PK)" if column in keys else column
        port = f' port="{column}"' if column in columns else ""
        rows.append(f'<tr><td align="left"{port}><font point-size="12">{text}</font></td></tr>')
    table = '<table border="0" cellborder="1" cellspacing="0" cellpadding="3">'
    return f"<{table}{''.join(rows)}</table>>"
