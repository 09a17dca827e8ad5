"""`make spelling`: the documents in English and Spanish against cspell's dictionaries, from npm.

Code, addresses and names in backticks are left out. words.txt has the words of this project.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
TOOL = ROOT / "target" / "spelling"
PACKAGES = ("cspell@9.8.0", "@cspell/dict-es-es@3.0.8")
DOCUMENTS = ("*.md", "docs/**/*.md", "infra/local/*.md")


def installed() -> bool:
    """Install the tool once. False: there is no npm, or it cannot fetch."""
    if (TOOL / "node_modules" / ".bin" / "cspell").exists():
        return True
    if not shutil.which("npm"):
        return False
    TOOL.mkdir(parents=True, exist_ok=True)
    (TOOL / "package.json").write_text("{}", encoding="utf-8")
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", *PACKAGES]
    return subprocess.run(command, cwd=TOOL, check=False, capture_output=True).returncode == 0


def misspelled() -> str:
    """Each word that no dictionary has, with its file and line."""
    config = json.loads((HERE / "cspell.json").read_text(encoding="utf-8"))
    config["dictionaryDefinitions"][0]["path"] = str(HERE / "words.txt")
    # Beside node_modules, where cspell looks for the Spanish dictionary.
    (TOOL / "cspell.json").write_text(json.dumps(config), encoding="utf-8")
    done = subprocess.run(
        [TOOL / "node_modules/.bin/cspell", "lint", "--no-progress", "--no-summary",
         "--root", ROOT, "--config", TOOL / "cspell.json", *DOCUMENTS],
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout + (done.stderr if done.returncode > 1 else "")


def main() -> None:
    """Print what is misspelled; end with 1 when something is."""
    if not installed():
        sys.exit("spelling: needs Node 20 with npm, and its registry the first time")
    sys.exit(misspelled() or 0)


if __name__ == "__main__":
    main()
