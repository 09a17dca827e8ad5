"""The layers of a run as a live table on a terminal, as plain lines in a pipe."""

from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.table import Table

from orchestration.flows.progress import StepEvent

_MARKS = {
    "started": "[cyan]…[/]",
    "progress": "[cyan]…[/]",
    "done": "[green]✓[/]",
    "skipped": "[dim]=[/]",
    "failed": "[red]✗[/]",
}


class RunView:
    """Shows step events; a context manager that leaves the last state on the screen."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self._console = console
        self._quiet = quiet
        self._steps: dict[str, StepEvent] = {}
        self._live: Live | None = None

    def __enter__(self) -> "RunView":
        if self._console.is_terminal and not self._quiet:
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

    def show(self, event: StepEvent) -> None:
        """Take one event of the run."""
        self._steps[event.step] = event
        if self._live is None and not self._quiet and event.state not in ("started", "progress"):
            self._console.print(_line(event), highlight=False, markup=False, soft_wrap=True)

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False)
        table.add_column("")
        table.add_column("layer")
        table.add_column("rows", justify="right")
        table.add_column("MB", justify="right")
        table.add_column("seconds", justify="right")
        table.add_column("")
        for event in self._steps.values():
            table.add_row(
                _MARKS[event.state],
                event.step,
                f"{event.rows:,}" if event.rows else "",
                f"{event.size / 1e6:,.1f}" if event.size else "",
                f"{event.seconds:,.1f}" if event.seconds else "",
                _note(event),
            )
        return table


def _note(event: StepEvent) -> str:
    if event.state == "progress" and event.total:
        filled = round(20 * event.done / event.total)
        rate = f"{event.rows / event.seconds:,.0f} rows/s" if event.seconds and event.rows else ""
        left = ""
        if event.done and event.seconds:
            left = f"{event.seconds / event.done * (event.total - event.done):,.0f} s left"
        return f"{'━' * filled}{'─' * (20 - filled)} {event.done}/{event.total} {rate} {left}"
    return event.note


def _line(event: StepEvent) -> str:
    parts = [f"{event.step:<10} {event.state:<8}"]
    if event.rows:
        parts.append(f"{event.rows:>12,} rows")
    if event.size:
        parts.append(f"{event.size / 1e6:>9,.1f} MB")
    if event.seconds:
        parts.append(f"{event.seconds:>8,.1f} s")
    if event.note:
        parts.append(event.note)
    return "  ".join(parts)
