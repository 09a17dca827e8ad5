"""The commands, options, files and links that the documents name exist."""

import re
from pathlib import Path

import typer.main

from orchestration.cli.app import app
from orchestration.errors import installing
from orchestration.report.indicators import INDICATORS
from orchestration.report.laws import LAWS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "README.es.md", "CONTRIBUTING.md")),
    *(ROOT / "infra/local" / name for name in ("README.md", "README.es.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
COMMANDS = typer.main.get_command(app)


TEXTS = [(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in DOCUMENTS]


def options_of(words: list[str]) -> set[str]:
    """The options of the command that these words begin with; groups have commands of their own."""
    command = COMMANDS
    for word in words:
        if word not in vars(command).get("commands", {}):
            break
        command = vars(command)["commands"][word]
    assert command is not COMMANDS, f"pqr {' '.join(words)}"
    return {option for parameter in command.params for option in parameter.opts}


# One test for each rule, over all documents: hundreds of tests would cost more than they check.
def test_every_pqr_command_and_option_exists() -> None:
    for name, text in TEXTS:
        for line in re.findall(r"\bpqr (?!pqr )([a-z][^`|\n)]*)", text):
            words = line.split("#")[0].split()
            known = options_of(words)
            for option in (word for word in words[1:] if word.startswith("--")):
                assert option.split("=")[0] in known, f"{name}: pqr {line}"


def test_every_make_target_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for name, text in TEXTS:
        named = re.findall(r"`make ([a-z-]+)", text) + re.findall(r"^make ([a-z-]+)", text, re.M)
        for target in named:
            known = re.search(rf"^{target}:", makefile, re.M) or target.startswith("bench-")
            assert known, f"{name}: make {target}"


def test_a_command_that_adds_an_extra_takes_no_other_away() -> None:
    begin = ".venv/bin/uv sync --inexact"
    assert installing("pdf") == f"`{begin} --extra pdf`"
    for name, text in TEXTS:
        for command in re.findall(r"[\w./]*uv sync[^`|\n]*(?=--extra)", text):
            assert command.strip() == begin, f"{name}: {command}"


def test_every_file_exists() -> None:
    folders = r"\.ci|docs|infra|macros|orchestration|seeds|simulator|tests"
    for name, text in TEXTS:
        for path in re.findall(rf"`((?:{folders})/[^`\s*<]*)`", text):
            assert (ROOT / path).exists(), f"{name}: {path}"
        # On a line of its own stands a file that its page makes.
        made = re.findall(r"^`([^`\s]+)`$", text, re.MULTILINE)
        for path in re.findall(r"`(dbt_project/[^`\s*<]*)`", text):
            assert path in made or (ROOT / path).exists(), f"{name}: {path}"


def test_every_constant_is_in_its_file() -> None:
    for name, text in TEXTS:
        for path, constant in re.findall(r"`([\w/]+/\w+\.py)`[^`\n.]{0,20}`([A-Z_]+)`", text):
            assert constant in (ROOT / path).read_text(encoding="utf-8"), f"{name}: {constant}"


def test_every_model_and_declaration_exists() -> None:
    folders = ("dbt_project", "tests/dbt")
    known = {path.name for folder in folders for path in (ROOT / folder).rglob("*")}
    for name, text in TEXTS:
        for file in re.findall(r"`((?:silver|gold|serving)_\w+\.(?:sql|yml))`", text):
            assert file in known, f"{name}: {file}"


def test_every_link_leads_somewhere() -> None:
    for document, (name, text) in zip(DOCUMENTS, TEXTS, strict=True):
        for link in re.findall(r"\]\(([^)#\s]+)", text) + re.findall(r'src="([^"]+)"', text):
            found = link.startswith("https://") or (document.parent / link).exists()
            assert found, f"{name}: {link}"


def test_every_decision_is_listed_in_both_languages() -> None:
    folder = ROOT / "docs/adr"
    for language in ("", ".es"):
        listed = (folder / f"README{language}.md").read_text(encoding="utf-8")
        decisions = sorted(path.name for path in folder.glob(f"[0-9]*[a-z]{language}.md"))
        decisions = [name for name in decisions if name.endswith(".es.md") == bool(language)]
        assert sorted(re.findall(r"^- \[\d{4}\]\((.+?)\): ", listed, re.M)) == decisions


def test_both_readmes_show_the_same_run() -> None:
    english, spanish = (
        (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.es.md")
    )
    (shown,) = re.findall(r"^```\n(raw .*?)^```$", english, re.M | re.S)
    assert shown in spanish


def test_the_readme_takes_three_screens_at_most() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert sum(1 + len(line) // 120 for line in lines) <= 3 * 50


def test_the_table_of_official_indicators_is_that_of_the_report() -> None:
    for language, name, absent in ((0, "report.es.md", "falta"), (1, "report.md", "missing")):
        path = ROOT / "docs/how-to" / f"make-the-official-{name}"
        page = path.read_text(encoding="utf-8")
        for item in INDICATORS:
            begins = f"| {item.title[language]} | {item.title[1 - language]} |"
            (line,) = [line for line in page.splitlines() if line.startswith(begins)]
            assert item.law in line
            assert (f"| {absent} |" in line) == (item.section is None)
            for source in item.source.split(", ") if item.section else []:
                assert f"`{source}`" in line
    # Of the page in English, read last.
    for _, english in LAWS.values():
        assert f"- {english}" in page
