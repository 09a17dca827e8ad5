"""Takes each defence away, one at a time, and requires a test to notice: `make mutation`.

Every mutation is made in a copy of the checkout. Prints a table and RESULT lines.

    python -m tests.mutation [--only fencing]
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.results import result

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Mutation:
    """A defence, the text that makes it, what takes its place, and a test that must fail."""

    defence: str
    file: str
    text: str
    without: str
    test: str


_STORE = "orchestration/lake/store.py"
_ALONE = "tests/faults/test_each_defence_alone.py::"
_PUBLISHING = "tests/integration/publication/test_publishing.py::"
_TAMPERING = "tests/faults/test_tampering.py::"

MUTATIONS = (
    Mutation(
        "if_none_match", _STORE, 'conditions = {"IfNoneMatch": "*"}', "conditions = {}",
        _ALONE + "test_of_sixteen_writers_of_a_key_one_wins",
    ),
    Mutation(
        "read_back_compares", _STORE, "        if found != sha256:\n            raise RawConflict",
        "        if False:\n            raise RawConflict",
        "tests/unit/lake/test_store.py::test_other_bytes_under_the_same_key_are_a_conflict_and_stay",
    ),
    Mutation(
        "raw_checked_before_use", _STORE,
        "            if found == (size, sha256):\n                return body",
        "            return body",
        "tests/unit/lake/test_store.py::test_other_bytes_than_expected_are_named",
    ),
    Mutation(
        "download_checked", _STORE,
        "            if found == (size, sha256):\n                return\n",
        "            return\n",
        "tests/faults/test_proxy.py::test_bytes_that_are_always_wrong_are_never_used",
    ),
    Mutation(
        "local_copy_checked", "orchestration/lake/cache.py",
        'return hashlib.file_digest(file, "sha256").hexdigest() == ref.sha256', "return True",
        "tests/unit/lake/test_cache.py::test_a_copy_that_changed_is_replaced",
    ),
    Mutation(
        "bronze_reads_checked_files", "orchestration/quality/layers.py",
        "self.objects.verified(events)",
        '[f"s3://{self.settings.s3.bucket}/{ref.key}" for ref in events]',
        "tests/integration/quality/test_outages.py::test_a_missing_object_stops_the_run_at_once",
    ),
    Mutation(
        "objects_before_manifest", "orchestration/lake/commit.py",
        "    _require_objects(store, manifest.objects)\n", "",
        _ALONE + "test_a_manifest_of_an_object_that_is_not_there_is_not_committed",
    ),
    Mutation(
        "index_unique", "infra/migrations/030_manifests.sql",
        "unique (run_id, layer, build_id)", "check (true)",
        _ALONE + "test_the_index_alone_admits_one_manifest_of_a_build",
    ),
    Mutation(
        "manifest_sha256", "orchestration/lake/committed.py",
        "    if found != committed.sha256:", "    if False:",
        _TAMPERING + "test_a_replaced_manifest_is_named",
    ),
    Mutation(
        "fencing_of_commits", "orchestration/lake/commit.py",
        "        assert_fencing(connection, claim)\n        known = committed_manifest",
        "        known = committed_manifest",
        "tests/faults/test_many_processes.py::"
        "test_an_older_attempt_cannot_commit_even_with_the_lock_gone",
    ),
    Mutation(
        "fencing_of_publication", "orchestration/publication/publish.py",
        "        assert_fencing(connection, claim)\n        _refuse", "        _refuse",
        _PUBLISHING + "test_an_overtaken_attempt_is_told_so_before_its_batches_are_looked_at",
    ),
    Mutation(
        "fencing_of_the_end", "orchestration/meta/control.py",
        "        assert_fencing(connection, claim)\n        connection.execute(",
        "        connection.execute(",
        "tests/integration/meta/test_control.py::test_an_overtaken_attempt_ends_nothing",
    ),
    Mutation(
        "world_lock", "orchestration/meta/connection.py",
        "    return row == (True,)", "    return True",
        _ALONE + "test_a_world_has_one_holder",
    ),
    Mutation(
        "equation_of_lines", "orchestration/bronze/job.py",
        "    if not lines == counts.lines == counts.bronze + counts.quarantined_lines:",
        "    if False:",
        _ALONE + "test_a_line_that_is_lost_or_doubled_stops_bronze",
    ),
    Mutation(
        "quarantine_limit", "orchestration/bronze/job.py",
        "    if rejected * 100 > limit_pct * counts.lines:", "    if False:",
        "tests/faults/test_reruns.py::test_too_much_quarantine_commits_nothing_and_says_what",
    ),
    Mutation(
        "gate", "orchestration/quality/verdicts.py", "    if not failed:\n        return",
        "    return",
        "tests/unit/quality/test_evaluate.py::test_a_critical_failure_stops_with_one_line",
    ),
    Mutation(
        "count_of_landed_rows", "orchestration/publication/batches.py", "    if wrong:",
        "    if False:", _PUBLISHING + "test_a_half_landed_run_is_refused",
    ),
    Mutation(
        "landed_before_flip", "orchestration/publication/publish.py",
        "        _refuse_half_landed(connection, batch_ids)\n", "",
        _PUBLISHING + "test_a_half_landed_run_is_refused",
    ),
    Mutation(
        "parity", "orchestration/publication/parity.py",
        "    if (lake_rows, lake_sum) == (serving_rows, serving_sum):", "    if True:",
        "tests/integration/publication/test_parity.py::test_one_changed_cell_is_found",
    ),
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", help="name of a defence; repeatable")
    chosen = [
        item for item in MUTATIONS if item.defence in (parser.parse_args().only or item.defence)
    ]
    with tempfile.TemporaryDirectory(prefix="pqr-mutation-") as folder:
        copy = Path(folder, "copy")
        _copy_checkout(copy)
        for tests in _by_folder(chosen):
            if not _passes(copy, tests):
                print(f"fails without any mutation: {' '.join(tests)}")
                return 1
        caught = 0
        print(f"{'defence':28} {'outcome':8} {'seconds':>7}  test")
        for item in chosen:
            started = time.monotonic()
            is_caught = _is_caught(copy, item)
            caught += is_caught
            seconds, outcome = time.monotonic() - started, "red" if is_caught else "MISSED"
            print(f"{item.defence:28} {outcome:8} {seconds:7.0f}  {item.test}", flush=True)
    result("mutations_caught", caught, "mutations", at_least=len(chosen))
    return int(caught < len(chosen))


def _by_folder(chosen: Iterable[Mutation]) -> list[list[str]]:
    """The tests, those of a folder together: a session has one conftest of each name."""
    folders: dict[str, list[str]] = {}
    for test in dict.fromkeys(item.test for item in chosen):
        folders.setdefault(test.partition("::")[0].rpartition("/")[0], []).append(test)
    return list(folders.values())


def _is_caught(copy: Path, item: Mutation) -> bool:
    file = copy / item.file
    before = file.read_text(encoding="utf-8")
    if before.count(item.text) != 1:
        raise SystemExit(
            f"{item.defence}: {item.file} has its text {before.count(item.text)} times"
        )
    file.write_text(before.replace(item.text, item.without), encoding="utf-8")
    try:
        return not _passes(copy, [item.test])
    finally:
        file.write_text(before, encoding="utf-8")


def _copy_checkout(copy: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)


def _passes(copy: Path, tests: list[str]) -> bool:
    """Whether the tests pass; anything but passed and failed stops the program."""
    # A busy machine is not a noticed mutation: time-outs are far away.
    options = ("-q", "-x", "-m", "", "-p", "no:cacheprovider", "-o", "timeout=1800")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *tests],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if done.returncode not in (0, 1) or " error" in done.stdout.splitlines()[-1]:
        raise SystemExit(done.stdout + done.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
