"""A lake of a test's own, driven by the command as a user would."""

import os
import subprocess
import sys
import uuid
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from orchestration.meta.migrate import migrate
from orchestration.services.bucket import client
from orchestration.services.roles import ensure_database
from orchestration.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[3]
_CONFIG = ROOT / "simulator" / "config" / "pqrs_simulation_v1.yaml"
_MEAN = "mean_per_day: 1150"
_HANGS_SECONDS = 2700  # far beyond what a busy machine of two cores takes for a run


def small_world(folder: Path, cases: int = 20) -> Path:
    """A configuration whose mean day opens `cases` cases: what is tested does not need more."""
    text = _CONFIG.read_text(encoding="utf-8")
    assert _MEAN in text
    path = folder / "small.yaml"
    path.write_text(text.replace(_MEAN, f"mean_per_day: {cases}"), encoding="utf-8")
    return path


@dataclass(frozen=True)
class Lake:
    """A bucket and a database of their own on the session's services."""

    settings: Settings

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.settings.exports()}

    def pqr(
        self, *arguments: str, folder: Path = ROOT, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env={**self.environment, **variables},
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=_HANGS_SECONDS,
        )

    @staticmethod
    def command(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "orchestration.cli", *arguments]

    def query(self, sql: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.settings.postgres.dsn) as connection:
            return connection.execute(sql).fetchall()

    def objects(self) -> dict[str, str]:
        """Key to ETag and time of writing, of every object but the log that grows."""
        found = {}
        pages = client(self.settings.s3).get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.settings.s3.bucket):
            for item in page.get("Contents", []):
                if not item["Key"].startswith("logs/"):
                    found[item["Key"]] = f"{item['ETag']} {item['LastModified'].isoformat()}"
        return found

    def checksums(self) -> dict[str, str]:
        """Key to sha256 of everything committed."""
        rows = self.query("select key, sha256 from meta.manifest_objects")
        return {str(key): str(sha256) for key, sha256 in rows}


@dataclass(frozen=True)
class LakeFactory:
    settings: Settings

    def __call__(self) -> Lake:
        name = uuid.uuid4().hex[:12]
        own = load_settings(
            {**self.settings.exports(), "PQR_POSTGRES_DSN": "", "PQR_POSTGRES_DB": f"run_{name}"}
        )
        own = replace(own, s3=replace(own.s3, bucket=f"run-{name}"))
        ensure_database(own)
        migrate(own.postgres.admin_dsn)
        client(own.s3).create_bucket(Bucket=own.s3.bucket)
        return Lake(own)
