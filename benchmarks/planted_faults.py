"""Plant faults into copies of the latest published run and print which check found each.

    python -m benchmarks.planted_faults

Needs the services and one published run (`make run`). Changes no published data: the lake is
copied into DuckDB, and what is planted in Postgres is rolled back. Prints a table and RESULT lines.
"""

import sys
import tempfile
from pathlib import Path

from benchmarks.results import result
from orchestration.meta.control import connect
from orchestration.quality.gx_client import GxClient
from orchestration.settings import load_settings
from tests.faults.planted.faults import caught, faults, outcome
from tests.faults.planted.planter import Planter, latest_claim


def main() -> int:
    """Plant every fault; 0 when each was found and the clean world raised no alarm."""
    settings = load_settings()
    with (
        connect(settings) as connection,
        tempfile.TemporaryDirectory(prefix="pqr-planted-") as folder,
        GxClient(settings.project_root) as gx,
    ):
        claim = latest_claim(connection)
        if claim is None:
            sys.exit("no published run: `make run` makes one")
        planter = Planter(settings, connection, claim, gx, Path(folder))
        planted = list(faults(planter.comparison))
        alarms = [
            check
            for owner, layer in dict.fromkeys((fault.owner, fault.layer) for fault in planted)
            for check in planter.clean(owner, layer)
            if check.result not in ("PASS", "SKIPPED")
        ]
        seen = 0
        print(f"{'layer':8} {'fault':46} {'check':36} {'result':6} {'measured':>12}  outcome")
        for fault, checks in planter.plant(planted):
            check = caught(fault, checks)
            follows = outcome(checks)
            right = check is not None and follows == fault.outcome
            seen += right
            verdict = check.result if check else "MISSED"
            value = "" if check is None or check.value is None else f"{check.value:g}"
            print(
                f"{fault.layer:8} {fault.name:46} {fault.check:36} {verdict:6} {value:>12}"
                f"  {follows}{'' if right else ' (expected ' + fault.outcome + ')'}",
                flush=True,
            )
    for check in alarms:
        print(f"false alarm: {check.dataset}.{check.check_name} {check.value}")
    result("quality_planted_faults_caught", seen, "faults", at_least=len(planted))
    result("quality_false_alarms", len(alarms), "checks", at_most=0)
    result("quality_import_of_gx", gx.import_seconds, "seconds")
    return 0 if seen == len(planted) and not alarms else 1


if __name__ == "__main__":
    sys.exit(main())
