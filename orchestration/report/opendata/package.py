"""Descriptions of the open data that machines read: Frictionless, DCAT, and a data dictionary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from orchestration.report.live import Live
from orchestration.report.opendata.anonymous import K
from orchestration.report.opendata.fields import FIELDS, TITLES
from orchestration.report.opendata.margins import TABLES, TOTAL, Margin
from orchestration.report.period import Period
from orchestration.report.words import Language, local_day, long_day, word

_LICENSE: Final = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
# As `export` writes it: without a byte order mark, which belongs to files for spreadsheets.
_DIALECT: Final = {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "header": True}
_KEYWORDS: Final = ("PQRS", "petición", "queja", "reclamo", "sugerencia", "Colombia")


@dataclass(frozen=True)
class Release:
    """What is released.

    Attributes:
        name: Of its files: pqrs-datos-abiertos-2025-Q4.
        title: For people.
        description: How it was made, with its counts.
        entity: Who publishes it; may be empty.
        publication_id: The publication it was read from.
        published: Colombian day of that publication.
        first: First day of creation.
        last: Last day of creation.
    """

    name: str
    title: str
    description: str
    entity: str
    publication_id: int
    published: date
    first: date
    last: date


@dataclass(frozen=True)
class File:
    """A file of the package: its path in it, sha256 and size in bytes."""

    path: str
    sha256: str
    size: int


def release(live: Live, period: Period, entity: str, withheld: tuple[int, int, int]) -> Release:
    """Name what is released by the days that it really has.

    Args:
        live: The publication that was read.
        period: What was asked for.
        entity: Who publishes it.
        withheld: Rows published, rows left out, counts of the tables withheld.
    """
    first, last = max(period.first, live.first_day), period.last
    rows, left_out, hidden = withheld
    partial = partial_period(live, period, "es")
    return Release(
        name=f"pqrs-datos-abiertos-{period.name}",
        title=f"PQRS recibidas, {first} a {last}, anonimizadas"
        + (f" (periodo {period.name} incompleto)" if partial else ""),
        description=(f"{partial} " if partial else "")
        + (
            f"Casos de PQRS recibidos del {first} al {last}, uno por fila,"
            " anonimizados: cada combinación de mes, canal, tipo, subtipo, lugar y dependencia está"
            f" en {K} filas o más. Filas publicadas: {rows}; reservadas: {left_out}; recuentos de"
            f" las tablas reservados: {hidden}. Sin textos, sin identificadores, sin fechas de día,"
            " sin más coordenadas que las del municipio."
        ),
        entity=entity,
        publication_id=live.publication_id,
        published=local_day(live.published_at),
        first=first,
        last=last,
    )


def partial_period(live: Live, period: Period, language: Language) -> str:
    """That the data begin after the period does; nothing where they do not."""
    if live.first_day <= period.first:
        return ""
    words = word(
        language,
        "partial_days",
        first=long_day(live.first_day, language),
        days=(period.last - live.first_day).days + 1,
        all=period.days,
    )
    return f"{word(language, 'partial_title')}: {words}"


def cases_schema() -> dict[str, Any]:
    """The Frictionless table schema of the cases."""
    fields = [
        {
            "name": item.name,
            "type": item.type,
            "title": TITLES[item.name],
            "description": " / ".join(item.texts),
            **({"constraints": item.constraints} if item.constraints else {}),
        }
        for item in FIELDS
    ]
    return {"fields": fields, "missingValues": [""]}


def margin_schema(margin: Margin) -> dict[str, Any]:
    """The schema of a table of counts: its first column, and a count per member of the second."""
    hidden = "Vacío: recuento reservado. / Empty: count withheld."
    fields: list[dict[str, Any]] = [
        {
            "name": margin.dimensions[0],
            "type": "string",
            "title": TITLES[margin.dimensions[0]],
            "constraints": {"required": True},
        }
    ]
    fields += [
        {"name": name, "type": "integer", "description": hidden, "constraints": {"minimum": 0}}
        for name in [*margin.columns, TOTAL]
    ]
    return {"fields": fields, "missingValues": [""]}


def datapackage(
    release: Release, files: Mapping[str, File], schemas: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """The Frictionless descriptor; `files` and `schemas` by the name of the resource."""
    return {
        "profile": "tabular-data-package",
        "name": release.name.lower(),
        "title": release.title,
        "description": release.description,
        "version": str(release.publication_id),
        "created": f"{release.published}T00:00:00-05:00",
        "licenses": [_LICENSE],
        "keywords": list(_KEYWORDS),
        **(
            {"contributors": [{"title": release.entity, "role": "publisher"}]}
            if release.entity
            else {}
        ),
        "resources": [
            {
                "name": name.replace("_", "-"),
                "title": _resource_title(name),
                "path": files[name].path,
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "dialect": _DIALECT,
                "bytes": files[name].size,
                "hash": f"sha256:{files[name].sha256}",
                "schema": schema,
            }
            for name, schema in schemas.items()
        ],
    }


def catalog(release: Release, files: Sequence[File]) -> dict[str, Any]:
    """The DCAT description as JSON-LD: a dataset with a distribution per file."""
    publisher = release.entity or "PQR Hybrid Lakehouse"
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@type": "dcat:Dataset",
        "dct:identifier": release.name,
        "dct:title": {"@language": "es", "@value": release.title},
        "dct:description": {"@language": "es", "@value": release.description},
        "dct:publisher": {"@type": "foaf:Organization", "foaf:name": publisher},
        "dct:issued": {"@type": "xsd:date", "@value": str(release.published)},
        "dct:language": "es",
        "dct:license": {"@id": _LICENSE["path"]},
        "dct:spatial": {"@id": "https://www.geonames.org/3686110"},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@type": "xsd:date", "@value": str(release.first)},
            "dcat:endDate": {"@type": "xsd:date", "@value": str(release.last)},
        },
        "dcat:keyword": list(_KEYWORDS),
        "dcat:theme": {"@id": "http://publications.europa.eu/resource/authority/data-theme/GOVE"},
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": file.path,
                "dcat:downloadURL": file.path,
                "dcat:mediaType": _media_type(file.path),
                "dcat:byteSize": file.size,
                "spdx:checksum": {
                    "spdx:algorithm": "spdx:checksumAlgorithm_sha256",
                    "spdx:checksumValue": file.sha256,
                },
            }
            for file in files
        ],
    }


def dictionary_rows() -> list[tuple[str, ...]]:
    """Column, type, Spanish, English, source."""
    head = ("columna", "tipo", "descripcion", "description", "fuente")
    rows = [(item.name, item.type, *item.texts, item.source) for item in FIELDS]
    counts = [
        (
            f"{name}.csv", "integer",
            f"Casos recibidos por {first} y {second}; vacío donde está reservado.",
            f"Cases received by {first} and {second}; empty where withheld.",
            "silver.tickets",
        )
        for name, (first, second) in TABLES.items()
    ]  # fmt: skip
    return [head, *rows, *counts]


def _resource_title(name: str) -> str:
    if name not in TABLES:
        return "Casos"
    first, second = (TITLES[dimension].lower() for dimension in TABLES[name])
    return f"Recuentos por {first} y {second}"


def _media_type(path: str) -> str:
    kinds = {
        ".csv": "text/csv",
        ".parquet": "application/vnd.apache.parquet",
        ".json": "application/json",
        ".md": "text/markdown",
    }
    return kinds[Path(path).suffix]
