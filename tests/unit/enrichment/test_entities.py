"""Identifiers planted in texts, in the forms that people use: found, of the right kind, masked."""

import csv
import random
from collections import Counter

import pytest
from faker import Faker
from faker.providers.person.es_CO import Provider

from orchestration.enrichment.entities import PERSONAL, find_entities, masked
from orchestration.enrichment.letters import without_accents
from orchestration.enrichment.people import LISTED

CARRIERS = (
    "Buenas tardes, {}. Quedo atento.",
    "quiero saber en que va mi caso, {} gracias",
    "Señores:\n{}, solicito copia del acta del 3 de marzo de 2025 y del contrato 034.",
    "Me cobraron $ 1.250.000 pesos. {}; por favor respondan antes de 15 días hábiles.",
    "{}",
)


def documents(chance: random.Random) -> list[str]:
    plain = str(
        chance.choice(
            (chance.randint(10_000_000, 99_999_999), chance.randint(1_000_000_000, 1_199_999_999))
        )
    )
    dotted = f"{int(plain):,}".replace(",", ".")
    return [
        f"mi cédula es {dotted}", f"C.C. {plain}", f"c.c. No. {dotted}", f"cc {plain}",
        f"identificado con cédula de ciudadanía número {plain}", f"cedula {plain}",
        f"documento de identidad: {dotted}", f"CC. {plain}", f"soy {dotted}", f"T.I. {plain}",
    ]  # fmt: skip


def phones(chance: random.Random) -> list[str]:
    mobile = f"3{chance.randint(0, 2)}{chance.randint(0, 9)}{chance.randint(1_000_000, 9_999_999)}"
    spaced = f"{mobile[:3]} {mobile[3:6]} {mobile[6:8]} {mobile[8:]}"
    landline = f"60{chance.randint(1, 8)}{chance.randint(2_000_000, 7_999_999)}"
    return [
        f"mi celular es {mobile}", f"cel {spaced}", f"+57 {mobile}", f"(+57) {spaced}",
        f"{mobile[:3]}-{mobile[3:6]}-{mobile[6:]}", f"tel. {landline}",
        f"fijo {landline[:3]} {landline[3:]}",
        f"whatsapp {mobile}", f"{mobile[:3]} {mobile[3:]}", f"llámenme al {mobile}",
    ]  # fmt: skip


def mails(chance: random.Random) -> list[str]:
    name = chance.choice(("ana", "jperez", "luz.marina", "carlos_r", "m-gomez"))
    user = f"{name}{chance.randint(1, 99)}"
    host = chance.choice(
        ("gmail.com", "hotmail.com", "outlook.es", "uniandes.edu.co", "alcaldia.gov.co")
    )
    name, _, top = host.partition(".")
    return [
        f"mi correo es {user}@{host}", f"{user}@{host}", f"escribir a {user.upper()}@{host}",
        f"{user} @ {host}", f"{user} arroba {name} punto {top.split('.')[0]}", f"<{user}@{host}>",
    ]  # fmt: skip


def nits(chance: random.Random) -> list[str]:
    number = str(chance.randint(800_000_000, 901_999_999))
    weights = (41, 37, 29, 23, 19, 17, 13, 7, 3)
    rest = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=True)) % 11
    check = rest if rest < 2 else 11 - rest
    dotted = f"{number[:3]}.{number[3:6]}.{number[6:]}"
    return [
        f"NIT {dotted}-{check}", f"nit {number}-{check}", f"Nit. {number}", f"NIT: {dotted}",
        f"empresa {dotted}-{check}", f"{number}-{check}",
    ]  # fmt: skip


def people(chance: random.Random) -> list[str]:
    fake = Faker("es_CO")
    fake.seed_instance(chance.randint(0, 10**9))
    given = chance.choice((fake.first_name_male, fake.first_name_female))()
    name = f"{given} {fake.last_name()} {fake.last_name()}"
    return [
        f"Atentamente, {name}", f"a nombre de {name.lower()}", f"me llamo {name}",
        f"soy {name.upper()}", f"mi hija {name}", f"el señor {name}",
    ]  # fmt: skip


KINDS = {"document": documents, "phone": phones, "email": mails, "nit": nits, "person": people}
PER_KIND = 120


def planted() -> list[tuple[str, str]]:
    """Return 600 texts with one identifier each, and the kind of it."""
    chance = random.Random(1755)
    return [
        (kind, chance.choice(CARRIERS).format(chance.choice(forms(chance))))
        for kind, forms in KINDS.items()
        for _ in range(PER_KIND)
    ]


def test_planted_identifiers_are_found_and_nothing_else_is() -> None:
    found: Counter[str] = Counter()
    missed: list[tuple[str, str]] = []
    wrong: Counter[str] = Counter()
    for kind, text in planted():
        kinds = [entity.kind for entity in find_entities(text) if entity.kind in PERSONAL]
        if kind in kinds:
            found[kind] += 1
        else:
            missed.append((kind, text))
        wrong.update(other for other in kinds if other != kind)
    for kind in KINDS:
        assert found[kind] >= 0.98 * PER_KIND, [text for name, text in missed if name == kind]
        assert found[kind] >= 0.95 * (found[kind] + wrong[kind]), (kind, wrong)


def test_what_is_masked_is_no_longer_in_the_text() -> None:
    for _, text in planted():
        entities = find_entities(text)
        shown = masked(text, entities)
        for entity in entities:
            if entity.kind in PERSONAL:
                assert entity.value not in shown
                assert PERSONAL[entity.kind] in shown


@pytest.mark.parametrize(
    "text",
    [
        "El acta 034 del 12/03/2025 costó $ 3.400.000; el contrato 2025-118, 20 millones de pesos",
        "Radicado PQR-20250909-00302 y PQR-2025-20850953",
        "La calle 45 # 23-12 apto 301, a las 14:30",
        "Santa Rosa de Cabal, San Juan de Pasto y Puerto Rico",
        "la cruz roja y el campo de rosas en la mesa",
    ],
)
def test_dates_amounts_radicados_and_places_are_not_masked(text: str) -> None:
    assert masked(text, find_entities(text)) == text


def test_a_long_text_is_cut_so_that_its_end_cannot_leak() -> None:
    text = "a" * 20_000 + " mi cédula es 79482113"
    shown = masked(text, find_entities(text))
    assert "79482113" not in shown
    assert len(shown) == 20_000


@pytest.mark.parametrize("repeated", ["1", "@", "a@", "1.1.", "$1", "1/1/11 ", "de "])
def test_texts_made_to_be_slow_end(repeated: str) -> None:
    find_entities(repeated * 50_000)


def test_the_list_of_names_has_the_words_of_fakers_names() -> None:
    lists = {
        "given": [*Provider.first_names_male, *Provider.first_names_female],
        "family": Provider.last_names,
    }
    words = {
        (kind, word)
        for kind, names in lists.items()
        for name in names
        for word in without_accents(name).lower().split()
    }
    particles = {"de", "del", "la", "las", "los", "y"}

    with LISTED.open(encoding="utf-8", newline="") as opened:
        listed = [(row["kind"], row["name"]) for row in csv.DictReader(opened)]
    assert listed == sorted(listed, key=lambda row: (row[0] != "given", row[1]))
    assert set(listed) == {(kind, word) for kind, word in words if word not in particles}
