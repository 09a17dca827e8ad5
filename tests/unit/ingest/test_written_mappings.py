"""Mappings that people write: what stands there, and how it is written instead."""

import re
from pathlib import Path

import pytest

from tests.unit.ingest.check import run
from tests.unit.ingest.delivering import DELIVERIES, HEADER, row

CLOSING = 'respuesta, formats: ["%d/%m/%Y %H:%M", "%d/%m/%Y"'
# What stands in the mapping of the register, what is written instead, and what is said of it.
WRITTEN = {
    "an offset": (
        'utc_offset: "-05:00"', "utc_offset: -5",
        'utc_offset: -5 is not a valid offset: write it as "-05:00"',
    ),
    "an offset of no clock": ('"-05:00"', '"+25:00"', "utc_offset: +25:00 is not an offset"),
    "a key": (
        "key: [Radicado]", "key: Radicado",
        "key: Radicado is not a list of columns: write one, such as [Radicado]",
    ),
    "no key": ("key: [Radicado]", "key: []", "key: an empty list is not a list of columns: write"),
    "a list in a key": ("key: [Radicado]", "key: [[A]]", "key: a list is not one text"),
    "a field that is not known": (
        "version: 1", "version: 1\nfoo: 1",
        "foo is not a known field: use one of version, name, delimiter, encoding, utc_offset",
    ),
    "a field that is misspelt": (
        "priority: {constant", "priority: {constnat",
        "fields.priority: constnat is not a known field: write constant",
    ),
    "a misspelt field that is needed": (
        "name: pqrs_entidad", "nome: pqrs_entidad", "nome is not a known field: write name",
    ),
    "a field that is missing": (
        "  priority: {constant: media}\n", "",
        "fields: priority is missing: write it as {column: NAME} or {constant: VALUE}",
    ),
    "formats that are missing": (
        'radicación, formats: ["%d/%m/%Y %H:%M", "%d/%m/%Y"]', "radicación",
        'times.created_at: formats is missing: write it as ["%d/%m/%Y"]',
    ),
    "a version": ("version: 1", "version: 2", "version: 2 is not a known version: write 1"),
    "an encoding": (
        "utf-8-sig", "utf8",
        "encoding: utf8 is not known: use one of utf-8, utf-8-sig, latin-1, cp1252 or cp850",
    ),
    "a delimiter": ('";"', '";;"', 'delimiter: ;; is not one character: write it as ";", ",", '),
    "no delimiter": ('delimiter: ";"', "delimiter:", 'delimiter: "" is not one character'),
    "a delimiter that ends a line": (
        '";"', '"\\n"', "delimiter: a quote or the end of a line separates no cells: write ; or",
    ),
    "a delimiter that is a quote": ('";"', "'\"'", "delimiter: a quote or the end of a line"),
    "lines": (
        "version: 1", "version: 1\nskip_rows: dos",
        "skip_rows: dos is not a number of lines: write one from 0 to 1000",
    ),
    "a column instead of a rule": (
        "text: {column: Asunto}", "text: Asunto",
        "text: Asunto is no rule: write it as {column: NAME} or {constant: VALUE}",
    ),
    "a column instead of a time": (
        'created_at: {column: Fecha de radicación, formats: ["%d/%m/%Y %H:%M", "%d/%m/%Y"]}',
        "created_at: Fecha",
        'times.created_at: Fecha is no rule: write it as {column: Fecha, formats: ["%d/%m/%Y"]}',
    ),
    "a format": (
        'respuesta, formats: ["%d/%m/%Y %H:%M", "%d/%m/%Y"]', 'respuesta, formats: "%d/%m/%Y"',
        "times.closed_at.formats: %d/%m/%Y is not a list of formats: write one, such as",
    ),
    "a word for no date": (
        f"{CLOSING}]", f"{CLOSING}], empty: Pendiente",
        "times.closed_at.empty: Pendiente is not a list of words: write one, such as [Pendiente,",
    ),
    "no list of words": (
        f"{CLOSING}]", f"{CLOSING}], empty: ",
        'times.closed_at.empty: "" is not a list of words: write one, such as [Pendiente,',
    ),
    "a group of words": (
        f"{CLOSING}]", f"{CLOSING}], empty: {{Pendiente: abierto}}",
        "times.closed_at.empty: a group of fields is not a list of words: write one, such as",
    ),
    "a list among words": (
        f"{CLOSING}]", f"{CLOSING}], empty: [[Pendiente]]",
        "times.closed_at.empty: a list is not one text: write a single value",
    ),
    "a word without characters": (
        f"{CLOSING}]", f'{CLOSING}], empty: [Pendiente, " \\u200b"]',
        "times.closed_at.empty: a text without characters is not a word: leave it out; an empty",
    ),
    "a word that is a date": (
        f"{CLOSING}]", f"{CLOSING}], empty: [Pendiente, 3/3/2025]",
        "times.closed_at.empty: '3/3/2025' is a date in the format '%d/%m/%Y': write what stands",
    ),
    "a word that is a date of any workbook": (
        f"{CLOSING}]", f"{CLOSING}], empty: [2025-03-03]",
        "times.closed_at.empty: '2025-03-03' is a date in the format '%Y-%m-%d': write what",
    ),
    "words of a field": (
        "text: {column: Asunto}", "text: {column: Asunto, empty: [Pendiente]}",
        "text: empty is not a known field: use one of column, values, default, constant",
    ),
    "values": (
        "values: {Petición: P, Derecho de petición: P, Queja: Q, Reclamo: R, Sugerencia: S}",
        "values: [Queja]", "values: a list does not say what values mean: write it as {Queja: Q,",
    ),
    "what steers a terminal": (
        "version: 1", 'version: "\\e[2J"', "version: \\x1b[2J is not a known version",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_a_mapping_says_what_stands_there_and_how_it_is_written(tmp_path: Path, name: str) -> None:
    right, wrong, said = WRITTEN[name]
    lines = (DELIVERIES / "mapping.yaml").read_text(encoding="utf-8")
    assert right in lines
    path = tmp_path / "m.yaml"
    path.write_text(lines.replace(right, wrong, 1), encoding="utf-8")
    register = tmp_path / "register.csv"
    register.write_text("\n".join([HEADER, row("A")]), encoding="utf-8")
    code, _, refused = run("ingest", "--check", str(register), "--mapping", str(path))
    assert code == 2
    assert f"mapping {path}, {said}" in refused or f"m.yaml, fields.pqrs_type.{said}" in refused
    assert not re.search("[Ii]nput|[Tt]uple|pattern|Extra|[Ff]ield required", refused)
