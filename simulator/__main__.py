"""The simulator without the lake: `python -m simulator preview|write|calibrate|report`."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from simulator.calibration import calibrate, write_constants
from simulator.config import SimulationConfig, load_config, scenarios
from simulator.config.model import TYPES
from simulator.errors import SimulationError
from simulator.preview import preview
from simulator.write import write_folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the commands; 2 for an argument or configuration that cannot be used."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given[:1] == ["report"]:
        # The report reads the events back with DuckDB, which nothing else here needs.
        from simulator.report.__main__ import main as report

        return report(given[1:])
    options = _parser().parse_args(given)
    try:
        config = load_config(
            options.config,
            scenario=options.scenario,
            seed=options.seed,
            start=options.start,
            end=options.end,
        )
        print(_run(options, config))
    except SimulationError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _run(options: argparse.Namespace, config: SimulationConfig) -> str:
    if options.command == "preview":
        return preview(config, config.start, config.end)
    if options.command == "write":
        paths = write_folder(config, config.start, config.end, options.target)
        return f"{len(paths)} objects in {options.target}"
    fit = calibrate(config)
    shares = zip(TYPES, fit.scale, fit.by_type, strict=True)
    lines = [f"{name}: scale {scale:.4f}, late {100 * late:.3f} %" for name, scale, late in shares]
    lines.append(f"all: late {100 * fit.overall:.3f} %")
    if options.save:
        write_constants(fit)
        lines.append("written to pqrs_calibration_v1.yaml")
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    helps = {
        "preview": "draw the world in the terminal",
        "write": "write raw objects into a folder",
        "calibrate": "fit the durations to the breach target and print the constants",
        "report": "compare worlds with their configuration (see report --help)",
    }
    for name, text in helps.items():
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--config", type=Path, help="another configuration file")
        command.add_argument("--scenario", help=f"an overlay: {', '.join(scenarios())}")
        command.add_argument("--seed", type=int)
        command.add_argument("--start", type=date.fromisoformat, metavar="YYYY-MM-DD")
        command.add_argument("--end", type=date.fromisoformat, metavar="YYYY-MM-DD")
        if name == "write":
            command.add_argument("target", type=Path, help="folder to write into")
        if name == "calibrate":
            command.add_argument("--save", action="store_true", help="keep the constants")
    return parser


if __name__ == "__main__":
    sys.exit(main())
