"""Plant faults into copies of the latest published run and print which check saw each.

    python benchmarks/planted_faults.py

Needs the services and one published run (`make run`). Touches nothing that counts: the lake is
copied into DuckDB, and what is planted in Postgres is rolled back. Prints a table and RESULT lines.
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "faults" / "planted")]

from planted import Planter, caught, faults, live_batches, outcome  # noqa: E402

from orchestration.lake.store import ObjectStore  # noqa: E402
from orchestration.meta.control import connect  # noqa: E402
from orchestration.quality.evaluator import Evaluator  # noqa: E402
from orchestration.quality.layers import Gate  # noqa: E402
from orchestration.run import Claim, Run, World  # noqa: E402
from orchestration.settings import load_settings  # noqa: E402


def latest_run(connection) -> Claim:  # type: ignore[no-untyped-def]
    """The latest run that is published."""
    row = connection.execute(
        "select run_id, date_min, date_max, attempt, worlds.world_id, worlds.seed,"
        " worlds.config_hash, code_hash, first_day, kind from meta.etl_runs"
        " join meta.worlds using (world_id) where status in ('PUBLISHED', 'DEGRADED')"
        " order by run_seq desc limit 1"
    ).fetchone()
    if row is None:
        sys.exit("no published run: `make run` makes one")
    return Claim(Run(row[0], World(*row[4:]), row[1], row[2]), row[3])


def main() -> int:
    """Plant every fault; 0 when each was seen and the clean world raised nothing."""
    settings = load_settings()
    with (
        connect(settings) as connection,
        tempfile.TemporaryDirectory(prefix="pqr-planted-") as folder,
        Evaluator(Path(folder), settings.project_root) as evaluator,
    ):
        claim = latest_run(connection)
        gate = Gate(settings, connection, ObjectStore(settings.s3), claim, lambda: evaluator)
        planter = Planter(gate, live_batches(connection, claim.run.run_id))
        alarms = [
            check
            for layer in ("silver", "bronze", "gold", "serving")
            for check in planter.clean(layer)
            if check.result not in ("PASS", "SKIPPED")
        ]
        planted = list(faults(planter.facts))
        seen = 0
        print(f"{'layer':8} {'fault':46} {'check':36} {'result':6} {'measured':>12}  outcome")
        for fault, checks in planter.plant(planted):
            check = caught(fault, checks)
            follows = outcome(checks)
            right = check is not None and follows == fault.outcome
            seen += right
            result = check.result if check else "MISSED"
            value = "" if check is None or check.value is None else f"{check.value:g}"
            print(
                f"{fault.layer:8} {fault.name:46} {fault.check:36} {result:6} {value:>12}"
                f"  {follows}{'' if right else ' (expected ' + fault.outcome + ')'}",
                flush=True,
            )
    for check in alarms:
        print(f"false alarm: {check.dataset}.{check.check_name} {check.value}")
    print(f"RESULT planted_faults={len(planted)} caught={seen} false_alarms={len(alarms)}")
    print(f"RESULT gx_import_seconds={evaluator.import_seconds:.1f}")
    return 0 if seen == len(planted) and not alarms else 1


if __name__ == "__main__":
    sys.exit(main())
