"""The layers of a run as a live table on a terminal, as plain lines in a pipe."""

import json
import shlex
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from orchestration.cli.last_resort import plain
from orchestration.progress import StepEvent
from orchestration.wording import counted

_MARKS = {
    "started": "[cyan]…[/]",
    "progress": "[cyan]…[/]",
    "done": "[green]✓[/]",
    "skipped": "[dim]=[/]",
    "failed": "[red]✗[/]",
    "cancelled": "[yellow]✗[/]",
}
_RUNNING = ("started", "progress")
_STOPPED = ("failed", "cancelled")
_BAR = 20


class RunView:
    """Shows the events that `show` is called with, and leaves the last state on the screen.

    When its block ends within a step, it prints where the log is and which command goes on.
    """

    def __init__(self, console: Console, *, quiet: bool, log_format: str = "text") -> None:
        """Show on `console`; with `log_format` json as JSON objects, also on a terminal."""
        self._console = console
        self._quiet = quiet
        self._as_json = log_format == "json"
        self._steps: dict[str, StepEvent] = {}
        self._since: dict[str, float] = {}
        self._updated: dict[str, float] = {}
        self._live: Live | None = None

    def __enter__(self) -> "RunView":
        if self._console.is_terminal and not self._quiet and not self._as_json:
            self._live = Live(
                console=self._console, refresh_per_second=8, get_renderable=self._table
            )
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()
        stopped = [event for event in self._steps.values() if event.state in _STOPPED]
        if error is not None and stopped and not self._quiet and not self._as_json:
            for line in _where_to_go_on(stopped[-1], error):
                self._print(line)

    def show(self, event: StepEvent) -> None:
        """Take one event of the run; the progress of a flow."""
        known = self._steps.get(event.step)
        if known is None or known.state not in _RUNNING:
            self._since[event.step] = time.monotonic()
        self._steps[event.step] = event
        self._updated[event.step] = time.monotonic()
        if self._live is None and not self._quiet and event.state not in _RUNNING:
            self._print(_json(event) if self._as_json else _line(event))

    def _print(self, line: str) -> None:
        self._console.print(plain(line), highlight=False, markup=False, soft_wrap=True)

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False)
        table.add_column("")
        table.add_column("layer", no_wrap=True)
        for name in ("rows", "MB", "seconds", "rows/s", "MB/s"):
            table.add_column(name, justify="right", no_wrap=True)
        table.add_column("", overflow="fold")
        now = time.monotonic()
        # A copy: events come from other threads.
        for event in list(self._steps.values()):
            seconds = event.seconds
            if event.state in _RUNNING:
                seconds = now - self._since[event.step]
            skipped = event.state == "skipped"
            table.add_row(
                _MARKS[event.state],
                event.step,
                f"{event.rows:,}" if event.rows else "",
                f"{event.size / 1e6:,.1f}" if event.size else "",
                f"{seconds:,.1f}" if seconds else "",
                "" if skipped else _rate(event.rows, event.seconds, "{:,.0f}"),
                "" if skipped else _rate(event.size / 1e6, event.seconds, "{:,.2f}"),
                # What a delivery says is text, never markup.
                Text(plain(_note(event, now - self._updated[event.step]))),
            )
        return table


def _rate(amount: float, seconds: float, form: str) -> str:
    return form.format(amount / seconds) if amount and seconds else ""


def _note(event: StepEvent, since: float) -> str:
    """The text of the last column: a bar with the time left, or how the step ended.

    `since`: seconds since the event.
    """
    if event.state != "progress" or not event.total:
        return event.note
    filled = round(_BAR * event.done / event.total)
    left = ""
    if event.done:
        # The estimate falls while the next object is worked on.
        rest = event.seconds / event.done * (event.total - event.done) - since
        left = f"  {max(rest, 0):,.0f} s left"
    return f"{'━' * filled}{'─' * (_BAR - filled)} {event.done}/{event.total}{left}"


def _line(event: StepEvent) -> str:
    parts = [f"{event.step:<10} {event.state:<8}"]
    if event.rows:
        parts.append(counted(event.rows, "row", 12))
    if event.size:
        parts.append(f"{event.size / 1e6:>9,.1f} MB")
    if event.seconds:
        parts.append(f"{event.seconds:>8,.1f} s")
    if event.note:
        parts.append(event.note)
    return "  ".join(parts)


def _json(event: StepEvent) -> str:
    """The event as one line of JSON: its instant, run and attempt first."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    level = "error" if event.state == "failed" else "info"
    known = {name: value for name, value in asdict(event).items() if value}
    first = {name: known.pop(name) for name in ("run_id", "attempt") if name in known}
    return json.dumps({"at": at, "level": level, **first, **known}, ensure_ascii=False)


def _where_to_go_on(event: StepEvent, error: BaseException) -> list[str]:
    """Where the log of a stopped step is, and how to go on: some causes must be mended first."""
    # Here: only a run that stopped needs what it imports.
    from orchestration.flows.failures import may_be_repeated

    lines = [f"{'Log' if place == event.log[0] else '':<8}{place}" for place in event.log]
    command = f"{shlex.join(['pqr', *sys.argv[1:]])}    (goes on at {event.step})"
    if may_be_repeated(error):
        return [*lines, f"{'Resume':<8}{command}"]
    mend = f"{'Mend':<8}what the error names; until then the same command ends the same way"
    return [*lines, mend, f"{'Then':<8}{command}"]
