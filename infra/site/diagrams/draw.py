"""Draw a graph as one SVG: readable on a phone, in light and dark, with a text alternative."""

import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass

import graphviz

LANGUAGES = ("en", "es")
_SVG = "http://www.w3.org/2000/svg"
# Colours by class of a box, light and dark.
LIGHT = """--ink:#1f2328;--line:#59636e;--box:#eef4ff;--rim:#3451b2;--store:#fff4e0;
--store-rim:#9a6700;--outside:#f3f4f6;--outside-rim:#6e7781;--stop:#ffebe9;--stop-rim:#b42318"""
DARK = """--ink:#e6edf3;--line:#9aa4af;--box:#1c2b4a;--rim:#7aa2f7;--store:#3a2d0f;
--store-rim:#d4a72c;--outside:#2a2f36;--outside-rim:#8b949e;--stop:#4a1f1c;--stop-rim:#ff7b72"""
# For a page with a switch of its own, which may differ from the setting of the browser.
SITE_STYLE = (
    f"[data-md-color-scheme=default] .pqr{{{LIGHT}}}[data-md-color-scheme=slate] .pqr{{{DARK}}}"
)
_STYLE = f"""
.pqr{{{LIGHT}}}
@media (prefers-color-scheme:dark){{.pqr{{{DARK}}}}}
"""
_STYLE += """
.pqr text{fill:var(--ink);font-family:Helvetica,Arial,sans-serif}
.pqr .edge path{stroke:var(--line)}.pqr .edge polygon{fill:var(--line);stroke:var(--line)}
.pqr .cluster polygon,.pqr .cluster path{fill:none;stroke:var(--line)}
.pqr .node :is(polygon,path,ellipse){fill:var(--box);stroke:var(--rim)}
.pqr .node>text:first-of-type{font-weight:bold}.pqr .node>text~text{font-size:12px}
.pqr .node polyline{stroke:var(--rim);fill:none}
.pqr .store :is(polygon,path,ellipse){fill:var(--store);stroke:var(--store-rim)}
.pqr .store polyline{stroke:var(--store-rim)}
.pqr .outside :is(polygon,path,ellipse){fill:var(--outside);stroke:var(--outside-rim)}
.pqr .stop :is(polygon,path,ellipse){fill:var(--stop);stroke:var(--stop-rim)}
"""
Text = tuple[str, str]


@dataclass(frozen=True)
class Diagram:
    """A picture with its words in both languages.

    Args:
        name: Of its file.
        title: What it shows, English and Spanish.
        description: The same content in sentences, for who does not see the picture.
        graph: Draws it in a language.
    """

    name: str
    title: Text
    description: Text
    graph: Callable[[str], graphviz.Digraph]

    def file_name(self, language: str) -> str:
        """The name of its file in docs/diagrams."""
        return f"{self.name}.svg" if language == "en" else f"{self.name}.{language}.svg"

    def source_hash(self, language: str) -> str:
        """A hash of all that decides the picture but the program that draws it."""
        words = (self.title, self.description)
        parts = (self.graph(language).source, _STYLE, *(say(language, text) for text in words))
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    def svg(self, language: str) -> str:
        """The picture. Needs Graphviz's `dot`.

        Raises:
            graphviz.ExecutableNotFound: `dot` is not installed.
        """
        ET.register_namespace("", _SVG)
        drawn = self.graph(language).pipe(format="svg", encoding="utf-8")
        root = ET.fromstring(drawn)  # noqa: S314 -- dot wrote it here and now
        _strip(root)
        width = float(root.attrib["viewBox"].split()[2])
        root.attrib.pop("height")
        title, described = f"{self.name}-title", f"{self.name}-description"
        root.attrib.update(
            {
                "width": f"{width:.0f}",
                "class": "pqr",
                "role": "img",
                "aria-labelledby": f"{title} {described}",
                "style": "max-width:100%;height:auto",
            }
        )
        for place, (tag, text, identity) in enumerate(
            [
                ("title", say(language, self.title), title),
                ("desc", say(language, self.description), described),
                ("style", _STYLE, None),
            ]
        ):
            element = ET.Element(f"{{{_SVG}}}{tag}", {"id": identity} if identity else {})
            element.text = text
            root.insert(place, element)
        comment = f"<!-- make diagrams; source {self.source_hash(language)} -->\n"
        return comment + ET.tostring(root, encoding="unicode") + "\n"


def say(language: str, text: Text) -> str:
    """The text in the language."""
    return text[LANGUAGES.index(language)]


def new_graph(**attributes: str) -> graphviz.Digraph:
    """An empty graph in the style of all: top to bottom, text of 14 points."""
    return graphviz.Digraph(
        graph_attr={"bgcolor": "transparent", "nodesep": "0.15", "ranksep": "0.3", **attributes},
        node_attr={"shape": "box", "style": "rounded,filled", "fontname": "Helvetica",
                   "fontsize": "14", "margin": "0.08,0.06"},
        edge_attr={"fontname": "Helvetica", "fontsize": "12", "arrowsize": "0.7"},
    )  # fmt: skip


def box(graph: graphviz.Digraph, key: str, *lines: str, kind: str = "", **attributes: str) -> None:
    """A box: its first line is bold, the others are smaller (`_STYLE`); `kind` is its colour."""
    graph.node(key, "\n".join(lines), {"class": kind, **attributes})


def _strip(element: ET.Element) -> None:
    """Take away ids and titles of parts: several pictures stand on one page of the site."""
    for child in list(element):
        if child.tag == f"{{{_SVG}}}title":
            element.remove(child)
        else:
            child.attrib.pop("id", None)
            _strip(child)
