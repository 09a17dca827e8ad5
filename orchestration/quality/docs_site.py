"""Data Docs: where they are kept, and what makes them readable without a network."""

import json
import re
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

# GX draws its pages with style sheets and scripts from six foreign hosts. Without them the pages
# are plain HTML, so these rules take their place.
_STYLE = """
<style>
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:1200px;margin:1.5rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
td,th{border:1px solid #8884;padding:.35rem .6rem;text-align:left;vertical-align:top}
img{max-height:2.2rem} a{color:#2563eb} .fa-check-circle::before{content:"\\2713";color:#15803d}
.fa-times::before,.fa-times-circle::before{content:"\\2717";color:#b91c1c}
.fa-exclamation-triangle::before{content:"\\26A0";color:#b45309}
h4,h5,h6{font-size:1rem;margin:.8rem 0 .2rem} img[alt="Great Expectations"]{display:none}
ul{padding-left:1.2rem} .modal,.d-none,#ge-cta-footer{display:none}
</style>
"""
_FOREIGN = re.compile(
    r"<link\b[^>]*href=[\"']https?://[^>]*>|<script\b[^>]*src=[\"']https?://[^>]*>\s*</script>",
    re.IGNORECASE,
)
_LETTER = re.compile(r"<footer\b.*?</footer>", re.IGNORECASE | re.DOTALL)
_IMAGES = re.compile(r"url\(\s*['\"]?https?://[^)]*\)")


def project_config(docs: str) -> Any:
    """A context without files of its own, whose results and pages lie under `docs`.

    The results stay on disk: a later attempt that checks one layer again still shows the others.
    """
    from great_expectations.data_context.types.base import DataContextConfig

    def stored(kind: str, backend: dict[str, str]) -> dict[str, Any]:
        return {"class_name": kind, "store_backend": backend}

    memory = {"class_name": "InMemoryStoreBackend"}

    def folder(name: str) -> dict[str, str]:
        path = str(Path(docs) / name)
        return {"class_name": "TupleFilesystemStoreBackend", "base_directory": path}

    return DataContextConfig(
        config_version=4.0,
        analytics_enabled=False,
        progress_bars={"globally": False},  # type: ignore[arg-type]  # its own documented form
        expectations_store_name="expectations",
        validation_results_store_name="results",
        checkpoint_store_name="checkpoints",
        stores={
            "expectations": stored("ExpectationsStore", memory),
            "results": stored("ValidationResultsStore", folder(".results")),
            "checkpoints": stored("CheckpointStore", memory),
            "validation_definition_store": stored("ValidationDefinitionStore", memory),
        },
        data_docs_sites={
            "site": {
                "class_name": "SiteBuilder",
                "show_how_to_buttons": False,
                "store_backend": folder("site"),
                "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            }
        },
    )


def make_self_contained(docs: str) -> list[str]:
    """Take every reference to a foreign host out of the pages, and list them on the first one.

    GX fills its own first page by a script of a foreign host; without it that page is blank.

    Returns:
        The paths of the pages.
    """
    site = Path(docs) / "site"
    for page in sorted(site.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        if _STYLE not in text:
            text = _LETTER.sub("", _IMAGES.sub("none", _FOREIGN.sub("", text)))
            page.write_text(text.replace("</head>", _STYLE + "</head>", 1), encoding="utf-8")
    (site / "index.html").write_text(_first_page(Path(docs)), encoding="utf-8")
    return [str(page) for page in sorted(site.rglob("*.html"))]


def _first_page(docs: Path) -> str:
    """A table of what was evaluated, the newest attempt first."""
    lines = []
    for path in (docs / ".results").rglob("*.json"):
        result = json.loads(path.read_text(encoding="utf-8"))
        relative = path.relative_to(docs / ".results").with_suffix(".html")
        *suite, attempt, at, _ = relative.parts
        counts = result["statistics"]
        mark = "\u2713" if result["success"] else "\u2717"
        passed = f"{counts['successful_expectations']} of {counts['evaluated_expectations']}"
        link = quote(f"validations/{relative.as_posix()}")
        name = escape(".".join(suite))
        lines.append(
            (
                at,
                f'<tr><td>{mark}</td><td><a href="{link}">{name}</a></td><td>{passed}</td>'
                f"<td>{escape(attempt)}</td><td>{escape(at[:15])}</td></tr>",
            )
        )
    rows = "".join(row for _, row in sorted(lines, reverse=True))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Data Docs</title>'
        f"{_STYLE}</head><body><h1>Data Docs</h1><table><thead><tr><th></th><th>suite</th>"
        "<th>passed</th><th>attempt</th><th>at (UTC)</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></body></html>\n"
    )
