"""The dbt project as dbt has parsed it, for several invocations of one process."""

import hashlib
import pickle
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from orchestration.errors import WorkFailed
from orchestration.settings import Settings, exported
from orchestration.transform import code_tests, kept
from orchestration.transform.parse_ahead import TARGETS, ParseAhead

# dbt colours what it calls a deprecation wherever it is shown.
_COLOUR: Final = re.compile(r"\x1b\[\d*m")

# How many of the options of dbt_options() stand before the command.
GLOBAL_OPTIONS: Final = 7


class DbtFailed(WorkFailed):
    """A dbt invocation ended with failing nodes, or could not start."""


class Projects:
    """The parsed project of each target, for several invocations of one process.

    Parsing is most of dbt's start, and between layers and runs only the environment changes, which
    no parsed node holds. An invocation writes what it compiles into the nodes, so each gets nodes
    of its own.
    """

    def __init__(self) -> None:
        self._manifests: dict[str, Any] = {}
        self._ahead: ParseAhead | None = None

    def parse_ahead(self, settings: Settings) -> None:
        """Begin to parse in another process, while this one still works on something else."""
        if not self._manifests and self._ahead is None:
            with exported({"PQR_LAYER": "silver"}):
                is_needed = not all(kept.is_kept(settings, target) for target in TARGETS)
                is_needed = is_needed or not code_tests.declarations_are_right(settings)
            if is_needed:
                self._ahead = ParseAhead(settings)

    def require_right(self) -> None:
        """Raise if the other process has found by now that something is declared wrongly.

        It is never waited for: a run with right declarations pays nothing.

        Raises:
            DbtFailed: File, model, field, and the way out.
        """
        if self._ahead is not None and self._ahead.refusal is not None:
            raise DbtFailed(self._ahead.refusal)

    def close(self) -> None:
        """End the process that parses ahead."""
        if self._ahead is not None:
            self._ahead.close()

    def parsed(self, settings: Settings, target: str) -> Any:
        """A manifest of `target` that nothing has been compiled into, for an invocation to fill.

        Raises:
            DbtFailed: The project does not parse.
        """
        # Not copy(): it calls the constructor with the fields in another order.
        parsed = self.read(settings, target)
        fresh = object.__new__(type(parsed))
        fresh.__dict__.update(parsed.__dict__)
        fresh.nodes, fresh.unit_tests = pickle.loads(  # noqa: S301 -- pickled here and now
            pickle.dumps((fresh.nodes, fresh.unit_tests))
        )
        return fresh

    def read(self, settings: Settings, target: str) -> Any:
        """The manifest of `target`, to look at: parsed at the first call, or before it.

        Raises:
            DbtFailed: The project does not parse.
        """
        if target not in self._manifests:
            if self._ahead is not None:
                self._ahead.wait(target)
            project = kept.load(settings, target)
            if project is None:
                project = _parse(dbt_options(settings, target))
                kept.keep(settings, target, project)
            self._manifests[target] = project
        return self._manifests[target]


def _parse(options: Sequence[str]) -> Any:
    from dbt.cli.main import dbtRunner

    # The path of the database is part of the profile, and another profile makes dbt parse all of it
    # again: a fixed one lets it go on from what an earlier process has parsed. Its name is that of
    # the catalog, which the nodes do hold.
    with exported({"PQR_DUCKDB_PATH": str(Path(options[-1]) / "lake.duckdb")}):
        outcome = dbtRunner().invoke(
            [*options[:GLOBAL_OPTIONS], "parse", *options[GLOBAL_OPTIONS:]]
        )
    raise_interrupt(outcome.exception)
    if outcome.exception is not None or outcome.result is None:
        raise DbtFailed(f"dbt parse: {first_line(outcome.exception)}")
    return outcome.result


def dbt_options(settings: Settings, target: str) -> list[str]:
    """The options of every invocation: project, profile and target; dbt writes no log of its own.

    What went wrong is in its results, which are recorded; a log costs a tenth of a test.
    """
    # dbt goes on from what it parsed last, and mixes up the declarations of two checkouts.
    checkout = hashlib.sha256(str(settings.project_root).encode()).hexdigest()[:8]
    return [
        # dbt makes this folder even so; the project's own may be read-only, as in the image.
        "--log-path",
        str(settings.home / "dbt" / "logs"),
        "--log-level",
        "none",
        "--log-level-file",
        "none",
        "--no-write-json",  # nothing reads target/manifest.json of a run
        "--target",
        target,
        "--project-dir",
        str(settings.project_root),
        "--profiles-dir",
        str(settings.project_root),
        "--target-path",
        str(settings.home / "dbt" / f"{target}-{checkout}"),
    ]


def raise_interrupt(error: BaseException | None) -> None:
    """Go on with an interruption: dbt gives it back as if it were a failure of its own."""
    if error is not None and not isinstance(error, Exception):
        raise error


def first_line(error: BaseException | None) -> str:
    """What an error says, its first lines on one: dbt names the file as late as on the fourth."""
    text = _COLOUR.sub("", str(error))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith(("> in macro", "> called by"))]
    for at, line in enumerate(lines):
        if line.startswith("Wrong declarations"):
            # Its number says how many there are; each line has file, field and way out.
            return f"{line} {'; '.join(lines[at + 1 : at + 6])}"
    return " ".join(lines[:4]) or type(error).__name__
