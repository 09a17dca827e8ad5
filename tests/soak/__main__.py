"""Random faults for a given time, each followed by the same command: `make soak SECONDS=3600`.

Each round runs `pqr run` on an empty lake, breaks it one to three times, then runs the same command
once more and compares every sha256, every published view and every equation with a run that nothing
disturbed. Prints a line per round and RESULT lines.

    python -m tests.soak [--seconds 600] [--seed 1] [--kinds kill_group,proxy]
"""

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import psutil
import psycopg
from psycopg import sql

from benchmarks.results import result
from orchestration.services import lifecycle, postgres
from orchestration.services.bucket import client
from orchestration.settings import Settings, load_settings
from tests.conftest import free_ports
from tests.faults.clocks import LIBRARIES, shifted
from tests.faults.proxy import FaultyS3, at_random
from tests.integration.run.lake import Lake, LakeFactory, small_world
from tests.soak.breaking import HITS, hit, left_of_session, limit_files
from tests.soak.published import Published

ROOT = Path(__file__).resolve().parents[2]
_HANGS_SECONDS: Final = 900  # or ten times as long as a run that nothing disturbs
# Exit codes that a broken run may have: done, failed, a service is away, interrupted, killed.
_ALLOWED: Final = {0, 1, 3, 130, 143, -signal.SIGKILL, -signal.SIGTERM}
KINDS = (*HITS, "proxy", "full_disk", "clock", *(["clock_jump"] if LIBRARIES else []))


@dataclass
class Soak:
    """The services, the command, and what was counted."""

    settings: Settings
    command: tuple[str, ...]
    draw: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = 60.0
    faultless: Published | None = None
    left: list[str] = field(default_factory=list)

    def measure(self) -> None:
        """Run once without faults: what the other rounds are compared with."""
        lake, started = LakeFactory(self.settings)(), time.monotonic()
        done = lake.pqr(*self.command)
        assert done.returncode == 0, done.stdout + done.stderr
        self.seconds = time.monotonic() - started
        self.faultless = Published.of(lake)
        assert self.faultless.objects
        assert self.faultless.views

    def round(self, number: int, kinds: tuple[str, ...]) -> None:
        """Break the command one to three times, then compare."""
        lake, said = LakeFactory(self.settings)(), []
        for _ in range(self.draw.randint(1, 3)):
            kind = self._next(kinds)
            # Rounds write the same objects: without their local copies the bucket is read.
            shutil.rmtree(self.settings.object_cache, ignore_errors=True)
            missed = self.counts["missed"]
            code = self._broken(lake, kind)
            if self.counts["missed"] == missed:
                self.counts[kind] += 1
                said.append(f"{kind} {code}")
            else:
                self.left.insert(0, kind)  # to be tried again
                said.append(f"{kind} came too late ({code})")
            if code not in _ALLOWED:
                self.counts["wrong_exit"] += 1
                said[-1] += " (not allowed)"
            lifecycle.up(self.settings)
        last = lake.pqr(*self.command)
        verdict = self._compare(lake) if last.returncode == 0 else "the last run failed"
        if last.returncode != 0:
            self.counts["not_recovered"] += 1
            print(last.stdout + last.stderr)
        print(f"{number:4}  {', '.join(said)}: {verdict}", flush=True)
        remove(lake, self.settings)

    def _next(self, kinds: tuple[str, ...]) -> str:
        """Each kind once, in any order, before one comes again: an hour has few rounds."""
        self.left = self.left or self.draw.sample(kinds, len(kinds))
        return self.left.pop()

    def _compare(self, lake: Lake) -> str:
        assert self.faultless is not None
        found, right = Published.of(lake), self.faultless
        counted = {
            "lost": len(right.objects.keys() - found.objects.keys()),
            "doubled": len(found.objects.keys() - right.objects.keys()),
            "changed": sum(found.objects.get(k, sha) != sha for k, sha in right.objects.items())
            + sum(found.views.get(name) != rows for name, rows in right.views.items()),
        }
        verified = lake.pqr("verify")
        counted["unsound"] = int(verified.returncode != 0)
        if verified.returncode != 0:
            print(verified.stdout + verified.stderr)
        self.counts.update(counted)
        self.counts["compared"] += len(right.objects) + len(right.views)
        wrong = {name: count for name, count in counted.items() if count}
        return ", ".join(f"{count} {name}" for name, count in wrong.items()) or "as without faults"

    def _broken(self, lake: Lake, kind: str) -> int:
        if kind == "proxy":
            with FaultyS3(self.settings.s3.endpoint_url) as proxy:
                proxy.choose = at_random(
                    self.draw.randrange(1 << 30), self.draw.choice((0.01, 0.1))
                )
                s3 = replace(lake.settings.s3, endpoint_url=proxy.url)
                code = self._ended(self._started(Lake(replace(lake.settings, s3=s3))))
            self.counts.update({f"s3_{name}": count for name, count in proxy.counts.items()})
            return code
        if kind == "full_disk":
            limit = self.draw.choice((1 << 12, 1 << 16, 1 << 19, 1 << 21))
            return self._ended(self._started(lake, before=lambda: limit_files(limit)))
        if kind == "clock":
            day = self.draw.choice(("2025-09-20", "2026-01-01", "2031-12-31"))
            zone = self.draw.choice(("Asia/Kolkata", "America/Bogota", "Pacific/Kiritimati"))
            return self._ended(self._started(lake, PQR_TODAY=day, TZ=zone))
        if kind == "clock_jump":
            # Within what S3 takes of a signature; the next command reads the right clock again.
            return self._ended(self._started(lake, **shifted(self.draw.choice(("+10m", "-10m")))))
        process, started = self._started(lake), time.monotonic()
        try:
            process.wait(self.draw.uniform(0.02, 1) * self.seconds)
        except subprocess.TimeoutExpired:
            with suppress(psutil.NoSuchProcess):
                hit(kind, lake, self.settings.home, process, self.draw)
        else:
            # The machine is quicker by now than when it was measured, or a little was left to do.
            self.counts["missed"] += 1
            self.seconds = max(5.0, time.monotonic() - started)
        return self._ended(process)

    def _started(
        self, lake: Lake, *, before: Callable[[], None] | None = None, **variables: str
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            lake.command(*self.command),
            env={**lake.environment, **variables},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=before,
        )

    def _ended(self, process: subprocess.Popen[bytes]) -> int:
        is_hung = False
        try:
            code = process.wait(max(_HANGS_SECONDS, 10 * self.seconds))
        except subprocess.TimeoutExpired:
            self.counts["hung"] += 1
            is_hung, code = True, 0
        # What a killed command leaves behind must end by itself; a hung one is ended here.
        deadline = time.monotonic() + 30
        while left := left_of_session(process.pid):
            if is_hung or time.monotonic() > deadline:
                self.counts["left_behind"] += len(left)
                for found in left:
                    found.kill()
            time.sleep(0.2)
        return code


def remove(lake: Lake, settings: Settings) -> None:
    """Give back the room of a lake."""
    s3, bucket = client(lake.settings.s3), lake.settings.s3.bucket
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        if keys := [{"Key": item["Key"]} for item in page.get("Contents", [])]:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": keys})
    s3.delete_bucket(Bucket=bucket)
    name = sql.Identifier(lake.settings.postgres.url.database)
    with psycopg.connect(postgres.server_dsn(settings), autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(name))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=2)
    parser.add_argument("--cases", type=int, default=20, help="cases that open on a mean day")
    parser.add_argument("--kinds", default=",".join(KINDS))
    arguments = parser.parse_args()
    ends = time.monotonic() + arguments.seconds
    with tempfile.TemporaryDirectory(prefix="pqr-soak-") as folder:
        s3_port, postgres_port = free_ports()
        ports = {
            "PQR_S3_PORT": str(s3_port),
            "PQR_POSTGRES_PORT": str(postgres_port),
            "PQR_PREFECT_PORT": str(postgres_port + 1),
        }
        settings = load_settings({"PQR_HOME": folder, **ports})
        lifecycle.up(settings)
        try:
            config = small_world(Path(folder), arguments.cases)
            command = ("run", "--days", str(arguments.days), "--config", str(config))
            soak = Soak(load_settings({"PQR_HOME": folder}), command, random.Random(arguments.seed))
            soak.measure()
            rounds = 0
            while time.monotonic() < ends or not rounds:
                rounds += 1
                soak.round(rounds, tuple(arguments.kinds.split(",")))
        finally:
            lifecycle.delete(settings.home)
    return _report(soak.counts, rounds)


def _report(counts: Counter[str], rounds: int) -> int:
    kills = sum(counts[kind] for kind in KINDS if kind.startswith("kill"))
    result("soak_rounds", rounds, "rounds")
    result("soak_kills", kills, "kills")
    for name in sorted(counts.keys() & {*KINDS, *(name for name in counts if name[:3] == "s3_")}):
        result(f"soak_{name}", counts[name], "times")
    result("soak_missed", counts["missed"], "runs that ended before their fault came")
    result("soak_compared", counts["compared"], "objects and views")
    wrong = ("lost", "doubled", "changed", "unsound", "not_recovered", "wrong_exit", "hung")
    for name in (*wrong, "left_behind"):
        result(f"soak_{name}", counts[name], name, at_most=0)
    return int(any(counts[name] for name in (*wrong, "left_behind")))


if __name__ == "__main__":
    sys.exit(main())
