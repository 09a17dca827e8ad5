"""How long `pqr sql` takes to begin and to answer the ten questions of docs/sql.md.

Asks the lake of PQR_HOME; `--write` puts the answers into the page. `start` is the whole command
with `select 1`; the questions are asked in one session, after it has begun.
"""

import argparse
import io
import re
import subprocess
import sys
import time

from benchmarks.results import result
from benchmarks.size import ROOT
from orchestration.cli.sql import open_session
from orchestration.meta.control import connect
from orchestration.query.output import write
from orchestration.settings import load_settings

PAGE = ROOT / "docs" / "sql.md"
QUESTION = re.compile(r"(```sql\n(.*?)```\n\n```\n).*?(?=```)", re.S)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the answers into docs/sql.md")
    arguments = parser.parse_args()
    started = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "sql", "-c", "select 1"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    met = [result("sql_start", round(time.monotonic() - started, 2), "s", at_most=2)]
    settings, page = load_settings(), PAGE.read_text(encoding="utf-8")
    with connect(settings) as connection, open_session(settings, connection, None) as session:
        for number, match in enumerate(list(QUESTION.finditer(page)), start=1):
            started, body = time.monotonic(), io.BytesIO()
            for answer in session.run(match[2]):
                write(answer, body, "table", 200)
            seconds = round(time.monotonic() - started, 3)
            met.append(result(f"sql_question_{number}", seconds, "s", at_most=1))
            page = page.replace(match[0], match[1] + body.getvalue().decode())
    if arguments.write:
        PAGE.write_text(page, encoding="utf-8")
    return 0 if all(met) else 1


if __name__ == "__main__":
    raise SystemExit(main())
