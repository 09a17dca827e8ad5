"""The policy of terms that a report applies, which its words have to follow as its figures do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from orchestration.report.inert import inert
from orchestration.report.words import TEXTS, Language, word

_OF_THE_LAW: Final = "ley_1755"
_EXERCISE: Final = "academic_v1"
# Key of the law whose terms these are, and how the annex of indicators cites it.
_TERMS: Final = "1755"
_TERMS_CITED: Final = "Ley 1755/2015 art. 14"
# Sections whose figures are counts in and out of term.
_SAID_IN: Final = ("subtype", "in_term", "cohort")


@dataclass(frozen=True)
class Policy:
    """The policies of the cases received, by id, and what stops their clock.

    Attributes:
        names: Ids, in order; none where no case has a term.
        stops: CLOSED, RESPONDED, or EITHER where policies differ or are not known.
    """

    names: tuple[str, ...]
    stops: str

    @property
    def is_of_the_law(self) -> bool:
        """Whether all terms are those of Ley 1755 of 2015."""
        return self.names == (_OF_THE_LAW,)

    def said(self, language: Language) -> str:
        """Which policy the report applies, and whether it is that of the law."""
        if not self.names:
            return ""
        kind = "law" if self.is_of_the_law else "other"
        if self.names == (_EXERCISE,):
            kind = "exercise"
        return word(language, f"policy_{kind}", names=", ".join(self.names))

    def word(self, language: Language, name: str, **values: object) -> str:
        """A word of the report: where it depends on what stops the clock, the one that is true."""
        own = f"{name}.{self.stops}"
        return word(language, own if own in TEXTS else name, **values)

    def note(self, language: Language, section: str, usual: str) -> str:
        """The note of a section; of one with figures in term, with the policy they follow."""
        if section == "cohort":
            usual = self.word(language, "cohort_note")
        if section == "subtype" and not self.is_of_the_law:
            usual = ""  # it tells of the terms of the law, which these figures do not follow
        return f"{usual} {self.said(language)}".strip() if section in _SAID_IN else usual

    def laws(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The laws of a section, without the one of the terms where others are applied."""
        return tuple(key for key in keys if key != _TERMS or self.is_of_the_law)

    def cited(self, laws: str) -> str:
        """The same of a citation in the annex: "Ley 1474/2011 art. 76; Ley 1755/2015 art. 14"."""
        kept = [law for law in laws.split("; ") if law != _TERMS_CITED or self.is_of_the_law]
        return "; ".join(kept)


def applied(policies: Iterable[tuple[Any, ...]]) -> Policy:
    """The policy of a report, from the rows of its annex: id first, what stops the clock fifth."""
    rows = list(policies)
    stops = {str(row[4]) for row in rows}
    return Policy(
        tuple(sorted({inert(row[0]) for row in rows})),
        stops.pop() if len(stops) == 1 else "EITHER",
    )
