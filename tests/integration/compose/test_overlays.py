"""Every combination of profiles and overlays resolves, and an overlay leads every service over."""

import re
import shutil
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from resolving import EXAMPLE, LOCAL, PROFILES, must_be_set, resolve

OVERLAYS = ("supabase", "s3")
SECRETS = must_be_set()
OWN = {
    "AWS_ENDPOINT_URL": "https://s3.example.org", "AWS_ACCESS_KEY_ID": "own-key",
    "AWS_SECRET_ACCESS_KEY": "own-secret", "SUPABASE_DB_HOST": "pooler.example.org",
    "SUPABASE_PROJECT_REF": "abcdefgh", "SUPABASE_DB_PASSWORD": "own-password",
}  # fmt: skip
# What an overlay takes out of the profiles, but for PostgreSQL, which Metabase needs in bi.
REPLACED = {"supabase": "postgres", "s3": "rustfs"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("podman"), reason="podman: apt install podman"),
]


def subsets(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    sizes = range(len(names) + 1)
    return list(chain.from_iterable(combinations(names, size) for size in sizes))


def services_of(profiles: tuple[str, ...], overlays: tuple[str, ...], folder: Path) -> Any:
    done = resolve(profiles, overlays, {**SECRETS, **OWN}, folder)
    assert done.returncode == 0, done.stderr
    return yaml.safe_load(done.stdout)["services"]


# Each takes a second or two of a processor: whole stacks always, their parts in the long tests.
@pytest.mark.parametrize("overlays", subsets(OVERLAYS), ids="+".join)
@pytest.mark.parametrize(
    "profiles",
    [
        *(pytest.param(part, marks=pytest.mark.slow) for part in subsets(PROFILES)[1:-1]),
        PROFILES,
    ],
    ids="+".join,
)
def test_profiles_resolve_with_overlays(
    profiles: tuple[str, ...], overlays: tuple[str, ...], tmp_path: Path
) -> None:
    services = services_of(profiles, overlays, tmp_path)
    assert "${" not in str(services)
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in services or not how.get("required", True), f"{name} waits for {other}"
    for overlay, name in REPLACED.items():
        is_needed = overlay not in overlays or (name == "postgres" and "bi" in profiles)
        assert (name in services) == is_needed
    # What an overlay replaces is called by nobody any more, but for Metabase's own tables.
    told = str({name: it["environment"] for name, it in services.items() if "environment" in it})
    assert ("@postgres:" in told) == ("supabase" not in overlays)
    assert ("//rustfs:" in told) == ("s3" not in overlays)
    if "supabase" in overlays:
        assert "@pooler.example.org:5432/postgres?sslmode=require" in told


@pytest.mark.parametrize(
    ("name", "value", "unset"),
    [
        ("AWS_SESSION_TOKEN", "temporary", ""),
        ("PQR_S3_ADDRESSING", "virtual", "path"),
        ("PQR_S3_CONDITIONAL_PUT", "checked", "server"),
    ],
)
def test_how_the_store_is_spoken_to_reaches_every_service_that_does(
    name: str, value: str, unset: str, tmp_path: Path
) -> None:
    for given, expected in ((value, value), ("", unset)):
        done = resolve(PROFILES, ("s3",), {**SECRETS, **OWN, name: given}, tmp_path)
        assert done.returncode == 0, done.stderr
        services = yaml.safe_load(done.stdout)["services"]
        with_keys = [
            dict(it["environment"])
            for it in services.values()
            if "own-secret" in str(it.get("environment"))
        ]
        assert len(with_keys) >= 3
        assert {environment[name] or "" for environment in with_keys} == {expected}


@pytest.mark.slow
@pytest.mark.parametrize("missing", sorted(SECRETS))
def test_a_secret_that_is_not_set_is_named(missing: str, tmp_path: Path) -> None:
    done = resolve(PROFILES, (), {**SECRETS, missing: ""}, tmp_path)
    assert done.returncode != 0
    assert f"set {missing} in .env" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_an_overlay_names_what_it_needs_and_env_example_explains_it(
    overlay: str, tmp_path: Path
) -> None:
    text = (LOCAL / f"compose.{overlay}.yaml").read_text(encoding="utf-8")
    needed = set(re.findall(r"\$\{([A-Z_]+):\?", text))
    example = EXAMPLE.read_text(encoding="utf-8")
    for name in needed:
        assert re.search(rf"^#?{name}=", example, re.MULTILINE), name
    for name in needed & OWN.keys():
        values = {**SECRETS, **OWN, name: ""}
        done = resolve(PROFILES, (overlay,), values, tmp_path)
        assert done.returncode != 0
        assert f"set {name} in .env" in done.stderr
