"""The table of people's names: made once by Faker (es_CO), committed, taken by index.

`python -m simulator.text.names` makes the file again; the seed is fixed.
"""

from pathlib import Path

from simulator.text.noise import without_accents
from simulator.text.source import phrases, read_mapping

NAMES_FILE = Path(__file__).parent / "phrases" / "names.yaml"
_SEED = 20_250_901
_COUNT = 1_000
_HEADER = "# Synthetic people, made once: `python -m simulator.text.names` (Faker es_CO).\n"
# Colombia has assigned no mobile prefix 399, so these numbers reach nobody.
_FIRST_PHONE = 3_990_000_000
# RFC 2606 reserves these domains.
_DOMAINS = ("example.com", "example.org", "example.net")


def load_names(path: Path = NAMES_FILE) -> list[str]:
    """Read the names."""
    return phrases(path.name, read_mapping(path, ["names"])["names"], at_least=100)


def phones(count: int) -> list[str]:
    """Return `count` mobile numbers of an unassigned prefix, spread over it."""
    return [str(_FIRST_PHONE + index * 9_973 % 1_000_000) for index in range(count)]


def mail_addresses(names: list[str]) -> list[str]:
    """Return a mail address in a reserved domain for each name."""
    addresses = []
    for index, name in enumerate(names):
        words = without_accents(name).lower().replace("ñ", "n").split()
        domain = _DOMAINS[index % len(_DOMAINS)]
        addresses.append(f"{words[0]}.{words[-1]}{index % 90 + 10}@{domain}")
    return addresses


def make_names() -> list[str]:
    """Draw distinct Colombian names: one or two given names and two surnames."""
    # Imported here: rendering must not pay for Faker's import.
    from faker import Faker

    faker = Faker("es_CO")
    faker.seed_instance(_SEED)
    names: dict[str, None] = {}
    while len(names) < _COUNT:
        given = faker.first_name_female if len(names) % 2 else faker.first_name_male
        first, second = given(), given()
        has_two = len(names) % 3 == 0 and first != second
        surnames = f"{faker.last_name()} {faker.last_name()}"
        names[f"{first} {second} {surnames}" if has_two else f"{first} {surnames}"] = None
    return list(names)


if __name__ == "__main__":
    lines = [f"  - {name}\n" for name in make_names()]
    NAMES_FILE.write_text(_HEADER + "names:\n" + "".join(lines), encoding="utf-8")
