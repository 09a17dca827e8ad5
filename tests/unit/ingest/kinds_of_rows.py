"""Kinds of rows that registers have, each with its right value: a case, or a reason and a value."""

from dataclasses import dataclass, field

from tests.unit.ingest.delivering import HEADER, row

EXCEL = "excel"


@dataclass(frozen=True)
class RowKind:
    """The text of a row, and what it is: a case, skipped by name, or set aside for a value.

    `formats` are those of both dates, when they are not those of the mapping.
    """

    text: str
    reason: str = ""
    value: str = ""
    column: str = ""
    skipped: str = ""
    formats: tuple[str, ...] = ()
    lines: int = field(default=1)


def created(text: str, *formats: str, reason: str = "", closed: str = "") -> RowKind:
    """A creation as it is written; it is set aside with `reason`, if there is one."""
    column = "Fecha de radicación" if reason else ""
    value = text if reason else ""
    return RowKind(row("K", created=text, closed=closed), reason, value, column, formats=formats)


def place(name: str, reason: str = "") -> RowKind:
    """A municipality as it is written."""
    column, value = ("Municipio", name) if reason else ("", "")
    return RowKind(row("K", place=name), reason, value, column)


def closing(text: str, reason: str = "") -> RowKind:
    """A date of answer as it is written."""
    column, value = ("Fecha de respuesta", text) if reason else ("", "")
    return RowKind(row("K", closed=text), reason, value, column)


def number(text: str, reason: str = "") -> RowKind:
    """The number of a case as it is written."""
    column, value = ("Radicado", text) if reason else ("", "")
    return RowKind(row(text), reason, value, column)


DATES = {
    "29 February of a year that has none": created("29/02/2025", reason="TIME_FORMAT"),
    "29 February of a leap year": created("29/02/2024"),
    "31 April": created("31/04/2025", reason="TIME_FORMAT"),
    "hour 24": created("03/03/2025 24:00", reason="TIME_FORMAT"),
    "year 0225": created("03/03/0225", reason="TIME_OUT_OF_RANGE"),
    "a day before the calendar": created("31/12/2023 23:59", reason="TIME_OUT_OF_RANGE"),
    "the first day of the calendar": created("01/01/2024 00:00"),
    "year 20255": created("03/03/20255", reason="TIME_FORMAT"),
    "two digits of a year, four accepted": created("03/03/25", reason="TIME_FORMAT"),
    "two digits of a year, accepted": created("03/03/25", "%d/%m/%y"),
    "sept. with a point": created("3 sept. 2025", "%d %b %Y"),
    "SEPTIEMBRE in capitals": created("3 DE SEPTIEMBRE DE 2025", "%d de %B de %Y"),
    "a day of the week before it": created("lunes, 3 de marzo de 2025", "%A, %d de %B de %Y"),
    "a serial number among dates": created("45719", reason="TIME_FORMAT"),
    "a serial number that is read": created("45719", "%d/%m/%Y", EXCEL),
    "a decimal comma in a serial number": created("45719,3833", EXCEL),
    "a serial number with a thousands point": created("45.719", EXCEL, reason="TIME_OUT_OF_RANGE"),
    "a serial number of 1900": created("1", EXCEL, reason="TIME_OUT_OF_RANGE"),
    "milliseconds since 1970": created("1741011120000", reason="TIME_FORMAT"),
    "month before day": created("03/25/2025", reason="TIME_FORMAT"),
    "seconds that no format has": created("03/03/2025 09:12:33", reason="TIME_FORMAT"),
    "an hour of one digit": created("3/3/2025 9:12"),
    "UTC": created("2025-03-03T14:12:00Z", "%Y-%m-%dT%H:%M:%S%z"),
    "an offset": created("2025-03-03T09:12:00-05:00", "%Y-%m-%dT%H:%M:%S%z"),
    "the name of a time zone": created("03/03/2025 09:12 COT", reason="TIME_FORMAT"),
    "13 p. m.": created("03/03/2025 13:12 p. m.", "%d/%m/%Y %I:%M %p", reason="TIME_FORMAT"),
    "12 m.": created("03/03/2025 12:00 m.", "%d/%m/%Y %I:%M %p"),
    "a date within a text": created("radicado el 03/03/2025", reason="TIME_FORMAT"),
    "an error of Excel": created("#VALUE!", reason="TIME_FORMAT"),
    "no creation, as N/A": RowKind(
        row("K", created="N/A"), "TIME_MISSING", "", "Fecha de radicación"
    ),
    "not answered, as N/A": closing("N/A"),
    "not answered, as a dash": closing("—"),
    "not answered, as an error of Excel": closing("#N/A"),
    "not answered, as NULL": closing("NULL"),
    "not answered, in words": closing("en trámite", "TIME_FORMAT"),
    "a zero date": closing("00/00/0000", "TIME_FORMAT"),
    "answered a minute before": closing("03/03/2025 09:11", "CLOSED_BEFORE_CREATED"),
}  # fmt: skip

NAMES = {
    "Bogotá, D.C.": place("Bogotá, D.C."),
    "Bogota without accents": place("BOGOTA D C"),
    "Santafé de Bogotá D.C.": place("Santafé de Bogotá D.C."),
    "Cartagena de Indias": place("CARTAGENA DE INDIAS"),
    "Cartagena, D.T. y C.": place("Cartagena de Indias, D.T. y C."),
    "San José de Cúcuta": place("san jose de cucuta"),
    "a department after a comma": place("Rionegro, Antioquia"),
    "a department in brackets": place("Rionegro (Antioquia)"),
    "a zero-width space in a name": place("Ca\u200bli"),
    "a mark of direction in a name": place("\u202bCali\u202c"),
    "two municipalities of a name": place("Rionegro", "AMBIGUOUS_GEO"),
    "a department instead": place("Cundinamarca", "UNKNOWN_GEO"),
    "a country": place("Venezuela", "UNKNOWN_GEO"),
    "a code with a decimal": place("5001.0", "UNKNOWN_GEO"),
    "no municipality": place(""),
    "a type that the mapping lacks": RowKind(
        row("K", type="Petición de interés general"), "UNKNOWN_PQRS_TYPE",
        "Petición de interés general", "Tipo",
    ),
    "a type in capitals": RowKind(row("K", type="  SUGERENCIA ")),
    "a channel in another case": RowKind(row("K", channel="correo ELECTRONICO")),
    "a channel that the mapping lacks": RowKind(
        row("K", channel="Buzón físico"), "UNKNOWN_CHANNEL", "Buzón físico", "Medio de recepción"
    ),
}  # fmt: skip

CELLS = {
    "a number cut by Excel": number("2,02510000001E+14", "KEY_ROUNDED"),
    "a number cut by Excel, with a point": number("2.0251E+14", "KEY_ROUNDED"),
    "a number that a program took for a measure": number("20250001.0", "KEY_ROUNDED"),
    "a small number that a program took for a measure": number("123.0", "KEY_ROUNDED"),
    "a small number, with a decimal comma": number("0123,00", "KEY_ROUNDED"),
    "a number of thousands": number("1.000"),
    "a number after the text mark of Excel": number("'00123"),
    "a number as a formula of its text": number('="00123"'),
    "a municipality as a formula of its text": place('="76001"'),
    "letters that an export did not have": RowKind(
        row("K", text="Petici?n de informaci?n"), "WRONG_ENCODING", "Petici?n de informaci?n"
    ),
    "questions and addresses": RowKind(row("K", text="si?no http://a.co/p?id=1 ¿Y?n")),
    "a number that says N/A": number("N/A", "KEY_EMPTY"),
    "a number of blanks that no eye sees": number("\u200b\ufeff", "KEY_EMPTY"),
    "a number with zeros before it": number("00012"),
    "a number with a thousands point": number("1.234"),
    "a formula as a number": number("=1+1"),
    "a formula in a text": RowKind(row("K", text='"=HYPERLINK(""http://x"";""y"")"')),
    "emojis": RowKind(row("K", text="Gracias 👍🏽 por la 🚲")),
    "Arabic, right to left": RowKind(row("K", text="\u202eشكوى\u202c")),
    "a line separator of Unicode": RowKind(row("K", text="uno\u2028dos")),
    "a next line of C1": RowKind(row("K", text="uno\u0085dos"), "WRONG_ENCODING", "uno\u0085dos"),
    "a form feed": RowKind(row("K", text="uno\x0cdos"), "CONTROL_CHARACTER", "uno\x0cdos"),
    "NUL": RowKind(row("K", text="a\0b"), "CONTROL_CHARACTER", "a\0b"),
    "tabs in a text": RowKind(row("K", text="uno\tdos")),
    "lines in quotes": RowKind(row("K", text='"uno\ndos; ""tres""\n"'), lines=3),
    "quotes escaped with a backslash": RowKind(
        row("K", text='"la \\"80\\" norte"'), "QUOTE_NOT_CLOSED",
        row("K", text='"la \\"80\\" norte"'),
    ),
    "a cell of ten megabytes": RowKind(row("K", text="x" * 10_000_000), "TEXT_TOO_LONG"),
    "a text of 65,536 characters": RowKind(row("K", text="ñ" * 65_536)),
    "markup": RowKind(row("K", text="<script>alert(1)</script>")),
    "SQL": RowKind(row("K'); drop table core.tickets; --".replace(";", ","))),
}  # fmt: skip

NO_CASES = {
    "a blank row": RowKind(";;;;;;", skipped="BLANK_ROW"),
    "a row of blanks that no eye sees": RowKind("\u00a0;\u200b; ;;;;\ufeff", skipped="BLANK_ROW"),
    "the header again": RowKind(HEADER, skipped="REPEATED_HEADER"),
    "the header again, in capitals": RowKind(HEADER.upper(), skipped="REPEATED_HEADER"),
    "the header again, after a mark": RowKind("\ufeff" + HEADER, skipped="REPEATED_HEADER"),
    "a total in a row": RowKind("Total;61;;;;;", skipped="TOTAL_ROW"),
    "a total in words": RowKind("TOTAL GENERAL: 61;;;;;;", skipped="TOTAL_ROW"),
    "a sum": RowKind("Suma;61;;;;;", skipped="TOTAL_ROW"),
    "a case that is named like a sum": RowKind(row("Sumapaz-1")),
    "a total of two cells": RowKind("Total;1.061,5", skipped="TOTAL_ROW"),
    "a case that is named Total": RowKind(row("Total Gas-1")),
}  # fmt: skip

ROWS = {**DATES, **NAMES, **CELLS, **NO_CASES}
