"""Write a report in every format: a page, a workbook, a CSV per table, a PDF where that works."""

import csv
import importlib.util
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from orchestration.errors import UsageError, WorkFailed, installing
from orchestration.report.document import Document
from orchestration.report.inert import csv_text
from orchestration.report.page import html_page
from orchestration.report.table import Table
from orchestration.report.workbook import write_workbook

# Spreadsheets take a CSV for UTF-8 only with it.
_BYTE_ORDER_MARK: Final = "\ufeff"
_NAMES: Final = {"es": "informe-pqrs", "en": "pqrs-report"}


class PdfMissing(UsageError):
    """`--pdf` without the library that makes it."""


@dataclass(frozen=True)
class Written:
    """A file of the report."""

    path: Path
    size: int


def has_pdf() -> bool:
    """Whether the optional extra that makes PDFs is installed."""
    return importlib.util.find_spec("weasyprint") is not None


def write_report(
    document: Document, period: str, folder: Path, *, pdf: bool | None
) -> list[Written]:
    """Write all files into a folder, which is made; those of an earlier report are replaced.

    Args:
        document: The report.
        period: For the names of the files: 2025-Q4.
        folder: Where to.
        pdf: True insists on a PDF, False leaves it out, None makes it where that works.

    Raises:
        PdfMissing: A PDF is insisted on and cannot be made.
        UsageError: The folder cannot be written to.
    """
    if pdf and not has_pdf():
        raise PdfMissing(
            f"--pdf needs the extra pdf: {installing('pdf')}, or print the page from a browser"
        )
    stem = f"{_NAMES[document.language]}-{period}-{document.language}"
    page = html_page(document)
    with _named_errors(folder):
        tables = folder / f"{stem}-csv"
        tables.mkdir(parents=True, exist_ok=True)
        made = [
            _put(folder / f"{stem}.html", lambda path: path.write_text(page, encoding="utf-8")),
            _put(folder / f"{stem}.xlsx", lambda path: write_workbook(document, path)),
        ]
        for number, table in enumerate([*document.tables, *document.annexes], start=1):
            text = csv_of(table)
            path = tables / f"{number:02}-{table.name}.csv"
            made.append(_put(path, lambda path, text=text: path.write_bytes(text)))  # type: ignore[misc]
        if pdf or (pdf is None and has_pdf()):
            made.append(_put(folder / f"{stem}.pdf", lambda path: write_pdf(page, path)))
    return made


def csv_of(table: Table) -> bytes:
    """A table as CSV: UTF-8, numbers with a point, nothing for what is not known."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(csv_text(column.title) for column in table.columns)
    for row in table.rows:
        writer.writerow(csv_text(value) if isinstance(value, str) else value for value in row)
    return (_BYTE_ORDER_MARK + text.getvalue()).encode()


def write_pdf(page: str, path: Path) -> None:
    """Write the page as a PDF. Raises WorkFailed where the library finds no fonts or Pango."""
    try:
        from weasyprint import HTML
    except OSError as error:
        raise WorkFailed(
            f"no PDF: {error}".splitlines()[0]
            + "; install Pango (Debian: libpangoft2-1.0-0), or use --no-pdf and print the page"
        ) from None
    HTML(string=page).write_pdf(path)


def _put(path: Path, write: Callable[[Path], Any]) -> Written:
    """Write a file beside its name and move it there: nobody sees a half of it."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        write(fresh)
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    return Written(path, path.stat().st_size)


class _named_errors:  # noqa: N801 -- a context manager that reads as words
    """Turn what the system says of a folder into an error that names the option."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise UsageError(
                f"--output {self._folder} cannot be written to: {error.strerror or error}:"
                " choose another folder"
            ) from None
