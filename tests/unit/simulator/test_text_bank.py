"""The phrase files: what they must hold, and how a wrong one is refused."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.text.bank import PHRASES, TextBank, load_bank
from simulator.text.intents import LEAST_FAMILIES
from simulator.text.noise import VARIANTS, noise_variants
from simulator.text.source import BankError

Edit = Callable[[str, str, str], Path]


@pytest.fixture(scope="module")
def bank() -> TextBank:
    return load_bank()


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """Copy the phrase files with one replacement in one file."""

    def edit(name: str, old: str, new: str) -> Path:
        folder = tmp_path / "phrases"
        shutil.copytree(PHRASES, folder)
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return edit


def test_each_type_has_forty_families_and_most_give_no_keyword_away(bank: TextBank) -> None:
    for families in bank.intents.families:
        assert len(families) >= LEAST_FAMILIES
        free = [family for family in families if bank.intents.is_keyword_free(family)]
        assert len(families) / 2 <= len(free) < len(families)


def test_every_family_has_wordings_for_letters_and_for_chats(bank: TextBank) -> None:
    for family in (family for families in bank.intents.families for family in families):
        formal, informal = family.wordings
        assert len(formal) + len(informal) >= 2, family.name
        assert formal, family.name
        assert informal, family.name


def test_topics_share_each_type_out_completely(bank: TextBank) -> None:
    assert len(bank.topics.names) >= 8
    assert bank.topics.lookup.shape == (4, 100)


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("openings.yaml", "    - Cordial saludo.", '    - Cordial "saludo".', "email"),
        ("openings.yaml", "    - Cordial saludo.", "    - Cordial \\ saludo.", "email"),
        ("openings.yaml", "    - Cordial saludo.", '    - "Cordial\\tsaludo."', "email"),
        ("openings.yaml", "escribo desde {municipio}", "escribo {dia} de {municipio}", "facts"),
        ("openings.yaml", "Revisión {de_tema}", "Revisión de {tema}", "{de_tema}"),
        ("openings.yaml", "Resido en {municipio}", "Resido en {ciudad}", "{ciudad}"),
        ("openings.yaml", "fillers:", "muletillas:", "muletillas"),
        ("registers.yaml", "{clean: 62", "{clean: 63", "email"),
        ("topics.yaml", "weights: {P: 10", "weights: {P: 11", "type P"),
        ("topics.yaml", "la entrega de medicamentos:", "los medicamentos:", "los medicamentos"),
        ("intents_p.yaml", "  saber_estado:", "  cuanto_tarda:", "cuanto_tarda"),
        ("followups.yaml", "\nthanks:", "\ngracias:", "gracias"),
    ],
)
def test_a_wrong_file_is_refused_by_name_and_entry(
    edited: Edit, name: str, old: str, new: str, message: str
) -> None:
    with pytest.raises(BankError) as refusal:
        load_bank(edited(name, old, new))
    assert name in str(refusal.value)
    assert message in str(refusal.value)


def test_too_few_families_are_refused(edited: Edit) -> None:
    text = (PHRASES / "intents_s.yaml").read_text(encoding="utf-8")
    families = text.index("  mirar_al_futuro:")
    with pytest.raises(BankError, match=r"intents_s\.yaml.*40 families, has 37"):
        load_bank(edited("intents_s.yaml", text[families:], ""))


def test_noise_is_what_people_and_machines_write() -> None:
    written = dict(
        zip(
            VARIANTS,
            noise_variants("¿Por qué no llegó, señora? Muchas gracias.", {"gracias": "grax"}),
            strict=True,
        )
    )
    assert written["clean"] == "¿Por qué no llegó, señora? Muchas gracias."
    assert written["no_accents"] == "Por que no llego, señora? Muchas gracias."
    assert written["upper"] == "¿POR QUÉ NO LLEGÓ, SEÑORA? MUCHAS GRACIAS."
    assert written["chat"] == "por que no llego, señora? muchas grax."
    assert written["transcript"] == "por qué no llegó señora muchas gracias"


@pytest.mark.parametrize(
    ("variant", "clean", "typo"),
    [
        ("typo_sound", "hacer", "acer"),
        ("typo_sound", "vuelvan", "buelvan"),
        ("typo_sound", "llamada", "yamada"),
        ("typo_spelling", "quedo", "kedo"),
        ("typo_spelling", "servicio", "servisio"),
    ],
)
def test_misspellings_follow_the_ear(variant: str, clean: str, typo: str) -> None:
    # A checksum decides which words go wrong; among some capitalised forms one does.
    column = VARIANTS.index(variant)
    sentences = [noise_variants(f"{clean}{ending}", {})[column] for ending in ("", "s", "n", "mos")]
    assert any(sentence.startswith(typo[: len(clean) - 1]) for sentence in sentences)
