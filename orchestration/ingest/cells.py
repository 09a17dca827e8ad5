"""Cells as they are compared: without what a spreadsheet writes around a text, or for nothing."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from orchestration.ingest.text import normalised, says_nothing
from orchestration.ingest.time_rule import TimeRule
from orchestration.wording import counted

# What keeps a spreadsheet from taking a text for a number.
_FORMULA: Final = re.compile(r'="((?:[^"]|"")*)"')
_MARKED: Final = re.compile(r"'([^']*)'?")


@dataclass
class Cells:
    """Reads cells of the columns in `said`, and counts those that are read as something else.

    `said` has for each column the words that say something although they look empty; `times` are
    the rules whose words say that there is no date. `nothing` counts cells that say in words that
    they are empty, by column and text. `formulas` are written as a formula of their text,
    ="00123"; `marked` begin with the text mark of Excel, '00123. `empty` counts by column the cells
    in which nothing is left.
    """

    said: Mapping[str, frozenset[str]]
    times: Sequence[TimeRule] = ()
    nothing: Counter[tuple[str, str]] = field(default_factory=Counter)
    formulas: Counter[str] = field(default_factory=Counter)
    marked: Counter[str] = field(default_factory=Counter)
    empty: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._by_column: dict[str, list[TimeRule]] = {}
        for rule in self.times:
            for column in set(rule.columns if rule.empty else ()):
                self._by_column.setdefault(column, []).append(rule)

    def read(self, column: str, text: str) -> str:
        """The text as it is compared; none where it says that there is nothing."""
        text = normalised(text)
        if column not in self.said:
            return text
        if found := _FORMULA.fullmatch(text):
            self.formulas[column] += 1
            text = normalised(found[1].replace('""', '"'))
        elif text not in self.said[column] and (found := _MARKED.fullmatch(text)):
            self.marked[column] += 1
            text = normalised(found[1])
        if says_nothing(text) and text not in self.said[column]:
            self.nothing[column, text] += 1
            text = ""
        if not text:
            self.empty[column] += 1
            return ""
        # The text stays: the column may be that of a field or a number, too.
        if any(rule.is_empty(column, text) for rule in self._by_column.get(column, ())):
            self.nothing[column, text] += 1
        return text

    def notes(self) -> Iterator[str]:
        """How many cells of each column are read as something else."""
        for column, count in sorted(self.formulas.items()):
            are = "is" if count == 1 else "are"
            said = 'written as ="...": read as the text in it'
            yield f"{column}: {counted(count, 'cell')} {are} {said}"
        for column, count in sorted(self.marked.items()):
            begin = "begins" if count == 1 else "begin"
            said = f"{begin} with ', the text mark of Excel: read without it"
            yield f"{column}: {counted(count, 'cell')} {said}"
        for (column, text), count in sorted(self.nothing.items()):
            say = "says" if count == 1 else "say"
            yield f"{column}: {counted(count, 'cell')} {say} {text}: read as empty"
