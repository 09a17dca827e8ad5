"""compose.yaml and its overlays, resolved by an implementation of Compose."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

from orchestration.settings import PROJECT_ROOT

LOCAL = PROJECT_ROOT / "infra" / "local"
PROFILES = ("core", "bi", "observability")
EXAMPLE = PROJECT_ROOT / ".env.example"


def must_be_set() -> dict[str, str]:
    """A value for each variable that .env.example leaves empty: `value-of-` its name."""
    names = re.findall(r"^([A-Z0-9_]+)=$", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: f"value-of-{name.lower()}" for name in names}


def resolve(
    profiles: tuple[str, ...], overlays: tuple[str, ...], values: dict[str, str], folder: Path
) -> Any:
    """Run `config` with `values` as .env; the finished process."""
    env = folder / "env"
    env.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    files = ["compose.yaml", *(f"compose.{overlay}.yaml" for overlay in overlays)]
    command = ["podman-compose", "--env-file", str(env)]
    command += [word for name in files for word in ("--file", str(LOCAL / name))]
    command += [word for profile in profiles for word in ("--profile", profile)]
    path = f"{PROJECT_ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"
    return subprocess.run(
        [*command, "config"],
        capture_output=True,
        text=True,
        env={"PATH": path, "HOME": str(folder)},
    )
