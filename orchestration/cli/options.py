"""Options that several commands share, and what their words mean."""

import contextlib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from orchestration.errors import UsageError
from orchestration.wording import shown


def place(value: str | Path) -> Path:
    """The path that an option or an argument gives; Typer names it before the message.

    As a path "" is the current folder, where nobody wants files who forgot to set a variable, and
    a name of blanks is one that nobody sees.

    Raises:
        BadParameter: There is nothing in it but blanks.
    """
    if str(value).strip():
        return Path(value)
    raise typer.BadParameter("it is empty: name a file or a folder, or . for the current folder")


def path_option(*names: str, help: str) -> Any:  # noqa: A002 - as Typer calls it
    """An option of a command that gives a path."""
    return typer.Option(*names, parser=place, metavar="<path>", help=help)


Start = Annotated[str | None, typer.Option(help="First day, YYYY-MM-DD.")]
End = Annotated[str | None, typer.Option(help="Last day, included.")]
Days = Annotated[int | None, typer.Option(help="How many days, instead of --end.")]
Seed = Annotated[str | None, typer.Option(help="Seed of the world, an integer.")]
Scenario = Annotated[
    str | None, typer.Option(help="Overlay: calm, new_channel, spike, understaffed, version_1.")
]
Config = Annotated[Path | None, path_option(help="Another simulation configuration (YAML).")]

AllowGap = Annotated[
    bool,
    typer.Option(
        "--allow-gap",
        help="Go on although earlier days are missing: later events of their cases are left out,"
        " and the run is DEGRADED.",
    ),
]
NewWorld = Annotated[
    bool,
    typer.Option("--new-world", help="Begin another world although this one's config changed."),
]
ReplaceLive = Annotated[
    bool,
    typer.Option("--replace-live", help="Show this world although people see delivered events."),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Errors alone.")]
NoServer = Annotated[
    bool,
    typer.Option("--no-prefect-server", help="Work without Prefect: its page shows nothing of it."),
]
AsJson = Annotated[bool, typer.Option("--json", help="The report as JSON.")]


def own_address(value: str) -> str:
    """The address that a command listens on.

    Raises:
        BadParameter: It is blank, which a socket takes for every address of the machine.
    """
    if value.strip():
        return value
    raise typer.BadParameter("it is empty: name 127.0.0.1, or 0.0.0.0 for other machines too")


Address = Annotated[str, typer.Option(callback=own_address, help="Address to listen on.")]

_MOST_HOURS = 1_000_000


def day(option: str, value: str | None) -> date | None:
    """The day that an option names. Raises UsageError."""
    if value is None:
        return None
    with contextlib.suppress(ValueError):
        return datetime.strptime(value, "%Y-%m-%d").date()
    raise UsageError(f"{option} {shown(value)} is not a date: write it as 2025-09-01")


def integer(option: str, value: str | None) -> int | None:
    """The whole number that an option gives. Raises UsageError."""
    if value is None:
        return None
    with contextlib.suppress(ValueError):
        number = int(value)
        # What a column of PostgreSQL can hold.
        if -(2**63) <= number < 2**63:
            return number
    raise UsageError(
        f"{option} {shown(value, 40)} is not a whole number of 64 bits: a seed is one such as 42"
    )


def hours(option: str, value: float) -> timedelta:
    """The duration that an option gives in hours. Raises UsageError."""
    if not 0 <= value <= _MOST_HOURS:  # also false for nan
        raise UsageError(f"{option} {value} is not a number of hours from 0 to {_MOST_HOURS:,}")
    return timedelta(hours=value)


def number(option: str, value: float, low: float, high: float) -> float:
    """The number that an option gives, from `low` to `high`. Raises UsageError."""
    if not low <= value <= high:  # also false for nan, which the range of an option lets pass
        raise UsageError(f"{option} {value} is not a number from {low:g} to {high:g}")
    return value


def first_day(config: Path | None, scenario: str | None) -> date:
    """The first day of the world that the options name. Raises UsageError."""
    from simulator.config import load_config
    from simulator.errors import SimulationError

    try:
        return load_config(config, scenario=scenario).start
    except SimulationError as error:
        raise UsageError(str(error)) from None


def last_day(
    first: date | None,
    last: date | None,
    days: int | None,
    config: Path | None = None,
    scenario: str | None = None,
) -> date | None:
    """The end of a range given as --end or as --days, from the world's first day on by default.

    Raises:
        UsageError: Both are given, or a number of days that there cannot be.
    """
    if days is None:
        return last
    if last is not None:
        raise UsageError("--days and --end say the same thing: give one of them")
    if days < 1:
        raise UsageError(f"--days {days} must be at least 1")
    begin = first or first_day(config, scenario)
    try:
        return begin + timedelta(days=days - 1)
    except OverflowError:
        raise UsageError(f"--days {days} from {begin} on is beyond the calendar") from None
