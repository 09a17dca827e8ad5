"""Data Docs: where they are kept, and what makes them readable without a network."""

import re
from pathlib import Path
from typing import Any

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
ul{padding-left:1.2rem} .modal,.d-none,#ge-cta-footer{display:none}
</style>
"""
_FOREIGN = re.compile(
    r"<link\b[^>]*href=[\"']https?://[^>]*>|<script\b[^>]*src=[\"']https?://[^>]*>\s*</script>",
    re.IGNORECASE,
)
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
    """Take every reference to a foreign host out of the pages; gives the paths of the pages."""
    pages = sorted((Path(docs) / "site").rglob("*.html"))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        if "</head>" in text and _STYLE not in text:
            text = _IMAGES.sub("none", _FOREIGN.sub("", text))
            page.write_text(text.replace("</head>", _STYLE + "</head>", 1), encoding="utf-8")
    return [str(page) for page in pages]
