"""Outlines of the departments, from the TopoJSON beside this file to GeoJSON by DANE code."""

import json
from pathlib import Path
from typing import Any

import geography

SOURCE = Path(__file__).with_name("departments.topo.json")
COLUMNS = ("dane_department_code", "department", "geometry")
# Names of the source that are not those of the DANE.
OTHER_NAMES = {
    "Bogota": "Bogotá, D.C.",
    "San Andrés y Providencia": "Archipiélago de San Andrés, Providencia y Santa Catalina",
}


def rows() -> list[tuple[str, ...]]:
    """One row a department in the order of the codes: code, name, GeoJSON text."""
    topology = json.loads(SOURCE.read_text(encoding="utf-8"))
    arcs = [_decode(arc, topology["transform"]) for arc in topology["arcs"]]
    codes = _codes()
    outlines = []
    for shape in topology["objects"]["col"]["geometries"]:
        name = shape["properties"]["name"]
        if name is None:
            continue  # an islet that the source gives to no department
        name = OTHER_NAMES.get(name, name)
        geometry = json.dumps(_geometry(shape, arcs), separators=(",", ":"))
        outlines.append((codes[name], name, geometry))
    return sorted(outlines)


def _codes() -> dict[str, str]:
    place = {name: position for position, name in enumerate(geography.COLUMNS)}
    return {
        row[place["department"]]: row[place["dane_department_code"]] for row in geography.rows()
    }


def _decode(arc: list[list[int]], transform: dict[str, list[float]]) -> list[list[float]]:
    """Undo the delta coding and the grid. Four decimals, some ten metres, are finer than it."""
    (scale_x, scale_y), (move_x, move_y) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append([round(x * scale_x + move_x, 4), round(y * scale_y + move_y, 4)])
    return points


def _geometry(shape: dict[str, Any], arcs: list[list[list[float]]]) -> dict[str, Any]:
    polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
    return {
        "type": "MultiPolygon",
        "coordinates": [[_ring(ring, arcs) for ring in polygon] for polygon in polygons],
    }


def _ring(numbers: list[int], arcs: list[list[list[float]]]) -> list[list[float]]:
    """Join arcs end to end; a negative number is an arc read backwards."""
    points: list[list[float]] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    return points
