"""What a citizen wants, by type: families of wordings, so that whole families can be held out."""

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from simulator.text.source import TYPES, BankError, as_mapping, check_keys, phrases, read_mapping

LEAST_FAMILIES = 40
LEAST_WORDINGS = 2
# Makes about half of the texts name their type in the intent.
KEYWORD_LOTS = 6
REGISTERS = ("formal", "informal")


@dataclass(frozen=True)
class Family:
    """One idea of how to say it, with its wordings in each register."""

    name: str
    wordings: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Intents:
    """The families of the four types, in file order, and the words that give each type away."""

    families: tuple[tuple[Family, ...], ...]
    keywords: tuple[tuple[str, ...], ...]

    def lots(self) -> list[list[int]]:
        """Return the family lots of each type: families with a keyword are in it several times.

        People do name their intent (`queja`, `solicito`) more often than in one of seven texts.
        """
        return [
            [
                index
                for index, family in enumerate(listed)
                for _ in range(1 if self.is_keyword_free(family) else KEYWORD_LOTS)
            ]
            for listed in self.families
        ]

    def is_keyword_free(self, family: Family) -> bool:
        """Say whether no wording of the family holds a keyword of any type."""
        text = _plain(" ".join(wording for group in family.wordings for wording in group))
        return not any(keyword in text for stems in self.keywords for keyword in stems)


def load_intents(folder: Path) -> Intents:
    """Read intents_p.yaml, intents_q.yaml, intents_r.yaml and intents_s.yaml.

    Raises:
        BankError: An unknown key, too few families or wordings, a wording that appears twice.
    """
    families, keywords, seen = [], [], set[str]()
    for letter in TYPES:
        path = folder / f"intents_{letter.lower()}.yaml"
        content = read_mapping(path, ("keywords", "families"))
        stems = phrases(f"{path.name}.keywords", content["keywords"])
        keywords.append(tuple(_plain(stem) for stem in stems))
        entries = as_mapping(f"{path.name}.families", content["families"])
        if len(entries) < LEAST_FAMILIES:
            raise BankError(
                path.name, f"needs at least {LEAST_FAMILIES} families, has {len(entries)}"
            )
        listed = tuple(_family(path.name, name, entry) for name, entry in entries.items())
        for wording in (w for family in listed for group in family.wordings for w in group):
            if wording in seen:
                raise BankError(path.name, f"wording of two families: {wording}")
            seen.add(wording)
        families.append(listed)
    return Intents(families=tuple(families), keywords=tuple(keywords))


def _family(file_name: str, name: str, entry: object) -> Family:
    where = f"{file_name}.{name}"
    content = check_keys(where, entry, REGISTERS)
    wordings = tuple(tuple(phrases(f"{where}.{key}", content[key])) for key in REGISTERS)
    if sum(map(len, wordings)) < LEAST_WORDINGS:
        raise BankError(where, f"needs at least {LEAST_WORDINGS} wordings")
    return Family(name, wordings)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
