"""Text of others in documents of ours: nothing in it steers a page, a sheet or a terminal."""

import unicodedata
from typing import Final

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
_FORMULA_STARTS: Final = ("=", "+", "-", "@")


def inert(text: str) -> str:
    """The text with control characters and marks of direction written as their numbers.

    A right-to-left mark turns what stands after it on a page; a null byte is not allowed in XML.
    """
    return "".join(
        ascii(character)[1:-1]
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
        else character
        for character in text
    )


def csv_text(text: str) -> str:
    """The text of a CSV cell: an apostrophe before what a spreadsheet would compute."""
    shown = inert(text)
    return f"'{shown}" if shown.startswith(_FORMULA_STARTS) else shown
