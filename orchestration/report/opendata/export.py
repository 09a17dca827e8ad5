"""`pqr export open-data`: read the cases of a period in one snapshot, anonymise and write them."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from orchestration.errors import UsageError
from orchestration.report.inert import csv_text, inert
from orchestration.report.live import Live, Snapshot
from orchestration.report.opendata.anonymous import Anonymised, K, anonymise
from orchestration.report.opendata.fields import FIELDS
from orchestration.report.opendata.margins import TOTAL, Margin, margins
from orchestration.report.opendata.package import (
    File,
    Release,
    cases_schema,
    catalog,
    datapackage,
    dictionary_rows,
    margin_schema,
    partial_period,
    release,
)
from orchestration.report.period import Period, parse_period
from orchestration.report.words import member

_CASES: Final = """
with cases as (
    select
        tickets.*, offices.name as dependencia, geo.dane_department_code, geo.latitude,
        geo.longitude,
        tickets.created_at at time zone 'UTC' - interval '5 hours' as created_local,
        tickets.closed_at at time zone 'UTC' - interval '5 hours' as closed_local
    from silver.tickets as tickets
    left join silver.dim_geo as geo on geo.geo_id = tickets.geo_id
    left join silver.dim_dependencia as offices
        on offices.dependencia_id = tickets.dependencia_id
    where tickets.created_day between %(first)s and %(last)s
),

timed as (
    select
        cases.*,
        closing.business_seconds_before - opening.business_seconds_before
        + case when closing.is_business_day
            then floor(extract(epoch from closed_local - closed_local::date))::bigint else 0 end
        - case when opening.is_business_day
            then floor(extract(epoch from created_local - created_local::date))::bigint else 0 end
            as close_seconds
    from cases
    join silver.dim_calendar as opening on opening.day = cases.created_day
    left join silver.dim_calendar as closing on closing.day = closed_local::date
)

select
    to_char(created_day, 'YYYY-MM'), source_channel, pqrs_type, coalesce(subtype, ''), region,
    dane_department_code, department, geo_id, municipio,
    coalesce(dependencia, dependencia_id), latitude::float8, longitude::float8,
    case when closed_at is null then 'Abierto' else 'Cerrado' end, outcome,
    case when closed_at is not null then case when is_late then 'No' else 'Sí' end end,
    case
        when closed_at is null then null when close_seconds <= 5 * 86400 then '0-5'
        when close_seconds <= 10 * 86400 then '6-10' when close_seconds <= 15 * 86400 then '11-15'
        when close_seconds <= 30 * 86400 then '16-30' else '>30'
    end
from timed
"""
_CHANNELS: Final = "select channel_id, name from silver.dim_channel order by channel_id"
_DEPARTMENTS: Final = "select distinct department from silver.dim_geo order by 1"


class TooFewCases(UsageError):
    """Nothing of the period can be published without singling cases out."""


@dataclass(frozen=True)
class Exported:
    """What was written; `partial` says which days of the period are missing, if any."""

    folder: Path
    rows: int
    suppressed: int
    hidden: int
    files: tuple[File, ...]
    partial: str


@dataclass(frozen=True)
class _Read:
    live: Live
    period: Period
    cases: list[dict[str, Any]]
    members: dict[str, list[str]]


def export_open_data(reader_dsn: str, period: str | None, folder: Path, entity: str) -> Exported:
    """Write the package of a period, or of all that is published.

    Raises:
        DatabaseUnavailable, NothingPublished, PeriodNotPublished, UsageError: As for a report.
        TooFewCases: No group of cases is large enough.
    """
    wanted = parse_period(period) if period else None
    read = _read(reader_dsn, wanted)
    anonymised = anonymise(read.cases)
    if not anonymised.rows:
        raise TooFewCases(
            f"{read.period.name} has {len(read.cases)} cases, and no group of {K} that are alike:"
            " publish a longer period"
        )
    tables = margins(read.cases, anonymised.rows, read.members)
    hidden = sum(len(table.hidden) for table in tables)
    withheld = (len(anonymised.rows), anonymised.suppressed, hidden)
    made = release(read.live, read.period, inert(entity), withheld)
    try:
        files = _write(folder, made, anonymised, tables)
    except OSError as error:
        raise UsageError(
            f"--output {folder} cannot be written to: {error.strerror or error}: choose another"
            " folder"
        ) from None
    return Exported(folder, *withheld, tuple(files), partial_period(read.live, read.period, "en"))


def _read(reader_dsn: str, wanted: Period | None) -> _Read:
    with Snapshot(reader_dsn, context="pqr export open-data") as snapshot:
        live = snapshot.live()
        period = wanted or Period(
            f"{live.first_day}-{live.last_day}", live.first_day, live.last_day
        )
        if wanted is not None:
            snapshot.coverage(live, wanted)
        rows = snapshot.rows(_CASES, first=period.first, last=period.last)
        channels = dict(snapshot.rows(_CHANNELS))
        departments = [name for (name,) in snapshot.rows(_DEPARTMENTS)]
    names = [item.name for item in FIELDS]
    cases = [_named(dict(zip(names, row, strict=True)), channels) for row in rows]
    members = {
        "mes_recepcion": sorted({case["mes_recepcion"] for case in cases}),
        "canal": sorted({case["canal"] for case in cases}),
        "tipo": [member("es", "type", kind) for kind in "PQRS"],
        "departamento": sorted({*departments, *(case["departamento"] for case in cases)}),
    }
    return _Read(live, period, cases, members)


def _named(case: dict[str, Any], channels: Mapping[str, str]) -> dict[str, Any]:
    """Spanish words for ids; what others wrote is made inert."""
    channel = case["canal"]
    case["canal"] = member("es", "channel", channel, channels.get(channel, ""))
    case["tipo"] = member("es", "type", case["tipo"])
    case["subtipo"] = member("es", "subtype", case["subtipo"])
    outcome = case["desenlace"]
    case["desenlace"] = member("es", "outcome", outcome) if outcome else "Sin respuesta"
    case["dependencia"] = inert(case["dependencia"] or "Sin asignar")
    for name in ("region", "codigo_departamento", "departamento", "codigo_municipio", "municipio"):
        case[name] = inert(case[name] or "Sin dato")
    return case


def _write(
    folder: Path,
    made: Release,
    anonymised: Anonymised,
    tables: Sequence[Margin],
) -> list[File]:
    folder.mkdir(parents=True, exist_ok=True)
    names = [item.name for item in FIELDS]
    rows = [tuple(row[name] for name in names) for row in anonymised.rows]
    schemas: dict[str, Mapping[str, Any]] = {"casos": cases_schema()}
    files = {"casos": _put(folder, "casos.csv", _csv([names, *rows]))}
    for table in tables:
        head = [table.dimensions[0], *table.columns, TOTAL]
        files[table.name] = _put(folder, f"{table.name}.csv", _csv([head, *table.published()]))
        schemas[table.name] = margin_schema(table)
    parquet = _put(folder, "casos.parquet", _parquet(names, rows))
    words = _put(folder, "diccionario.csv", _csv(dictionary_rows()))
    described = _put(folder, "datapackage.json", _json(datapackage(made, files, schemas)))
    distributions = [*files.values(), parquet, words]
    dcat = _put(folder, "dcat.json", _json(catalog(made, distributions)))
    return [*distributions, described, dcat]


def _csv(rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        writer.writerow(csv_text(value) if isinstance(value, str) else value for value in row)
    return text.getvalue().encode()


def _parquet(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = [pa.float64() if item.type == "number" else pa.string() for item in FIELDS]
    columns = list(zip(*rows, strict=True))
    arrays = [pa.array(values, kind) for values, kind in zip(columns, kinds, strict=True)]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(arrays, names=list(names)), sink, compression="zstd")
    return bytes(sink.getvalue())


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def _put(folder: Path, name: str, body: bytes) -> File:
    fresh = folder / f".{name}.new"
    fresh.write_bytes(body)
    fresh.replace(folder / name)
    return File(name, hashlib.sha256(body).hexdigest(), len(body))
