"""Where the sentences of a text begin and end."""

import re
from typing import Final

# A run-on text is cut where it is longer: a summary is made of pieces that people can read.
LONGEST_SENTENCE: Final = 300
_SHORTEST_CUT: Final = 120
# A line break or a sign ends a sentence; a full stop only before a blank.
_END: Final = re.compile(r"\n|[.!?…]+[\"'»”)\]]*(?=\s|$)")
# A full stop after these belongs to the word: C. C., No., Sr., art., a. m., and a letter alone.
_SHORT: Final = re.compile(
    r"(?:^|[\s(.])(?:[a-zñ]|no|nro|num|núm|sr|sra|sres|dr|dra|srta|art|arts|tel|cel|ext|cra|cr|kr|cll|cl"
    r"|calle|av|avda|apto|mz|int|ing|lic|prof|vol|pág|pag|etc|aprox|ref|cía|ltda|dpto|ced)\.$",
    re.IGNORECASE,
)
_BEFORE: Final = 12
_CUTS: Final = (";", ":", ",", " ")


def spans_of(text: str, most: int) -> list[tuple[int, int]]:
    """Return where the first sentences of a text begin and have ended, without blanks around.

    Args:
        text: Any text; the time is proportional to its length.
        most: So many sentences at most.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for end in _ends(text):
        for span in _pieces(text, start, end):
            if len(found) == most:
                return found
            found.append(span)
        start = end
    return found


def _ends(text: str) -> list[int]:
    ends = []
    for match in _END.finditer(text):
        is_short = match.group() == "." and _SHORT.search(
            text[max(0, match.end() - _BEFORE) : match.end()]
        )
        if not is_short:
            ends.append(match.end())
    return [*ends, len(text)]


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentence without blanks around it, cut where it is too long; nothing without letters."""
    pieces = []
    while True:
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if end - start <= LONGEST_SENTENCE:
            break
        cut = _cut(text, start, start + LONGEST_SENTENCE)
        pieces.append((start, cut))
        start = cut
    if start < end:
        pieces.append((start, end))
    return [(first, last) for first, last in pieces if any(map(str.isalnum, text[first:last]))]


def _cut(text: str, start: int, end: int) -> int:
    """After the last sign of a pause, or else the last blank, that leaves enough on both sides."""
    for sign in _CUTS:
        place = text.rfind(sign, start + _SHORTEST_CUT, end)
        if place >= 0:
            return place + 1
    return end
