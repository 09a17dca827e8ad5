"""What whole runs cost as they grow: `make bench-scale`.

Each size is one `pqr run --days N`, a process of its own, in a new home whose services were started
before it. The home is in the folder for temporary files (TMPDIR names another), and is deleted.
CPU-seconds are those of all processes, ended ones too; memory is the RSS of the largest process of
a part, of PostgreSQL without shared memory (benchmarks/processes.py says how both are
taken). Seconds per layer and its objects are what the run itself recorded in meta. Requests to S3
are not counted: the embedded server is started without the port that would tell their number.

The exponent of growth is fitted to the sizes of one daily rate: of totals, and net of start-up,
which is what a run of one day with 20 cases costs; that run is measured first.

    python -m benchmarks.scale                                        # 30, 90 and 180 days
    python -m benchmarks.scale --json f.json --sizes 720x1150         # 10 to 20 minutes more
    python -m benchmarks.scale --json f.json --sizes 30x42000         # 20 to 30 minutes
    python -m benchmarks.scale --json f.json --sizes 180x42000        # hours: 100 million events

With --json the figures are kept in a file, and those of earlier calls take part in what is fitted,
compared and projected: keep one file per machine.

A size that does not fit the disk is refused before anything runs, by the bytes that an event adds
to bucket, local copies and database: those of the largest smaller size that is known, or else those
of a run of 5 days. Added are a quarter for what is written on the way, and what PostgreSQL's log
may take. The least free space is only shown: others write on the same disk.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from benchmarks.processes import PARTS
from benchmarks.results import result
from benchmarks.scaling.growth import COUNTRY_RATE, NET, exponents, projection
from benchmarks.scaling.records import Record, keep, load, measured
from benchmarks.scaling.sizes import DEFAULT_RATE, Size, options, parsed
from orchestration.errors import PqrError
from orchestration.services.disk import free_bytes
from orchestration.services.process import DiskFull

DEFAULT_SIZES = "30x1150,90x1150,180x1150"
START_UP, REFERENCE = Size(1, 20), Size(180, DEFAULT_RATE)
MOST_CPU_PER_MILLION, MOST_REFERENCE_SECONDS = 60, 120
MOST_MEMORY_MB = 2000
MOST_EXPONENT = 1.05
MOST_COUNTRY_TO_DEFAULT = 1.2
WITH_ALLOWANCE = 1.25
# Services and PostgreSQL's log at its peak; what one more event adds, measured on 5x1150.
HOME_BYTES, BYTES_PER_EVENT = 2_500_000_000, 1_500


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the sizes and print them; return whether a target was missed."""
    assert __doc__ is not None
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default=DEFAULT_SIZES, help=f"default: {DEFAULT_SIZES}")
    parser.add_argument("--json", type=Path, help="read figures of earlier calls, keep these")
    chosen = parser.parse_args(arguments)
    try:
        return 0 if bench(parsed(chosen.sizes), chosen.json) else 1
    except PqrError as error:
        print(f"scale: {error}", file=sys.stderr)
        return error.exit_code


def bench(sizes: Sequence[Size], path: Path | None) -> bool:
    """Measure sizes, from the smallest on; return whether the targets are met."""
    known = {record.size: record for record in load(path)}
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            options(size, Path(folder))  # or the calendar's end would be met after an hour
            require_room(size, list(known.values()))
    runs = [size for size in (START_UP,) if size not in known and size not in sizes]
    is_met = True
    for size in [*runs, *sizes]:
        require_room(size, list(known.values()))
        print(f"== {size}", flush=True)
        known[size] = measured(size)
        keep(known.values(), path)
        show(known[size])
        if size != START_UP:
            is_met &= targets(known[size])
    return compare(list(known.values())) and is_met


def require_room(size: Size, known: Sequence[Record]) -> None:
    """Check that the disk takes a home of this size.

    Raises:
        DiskFull: Names the size, the folder, what is needed and what is left.
    """
    folder = Path(tempfile.gettempdir())
    per_event, origin = room_per_event(size, known)
    needed = HOME_BYTES + WITH_ALLOWANCE * per_event * size.likely_events
    free = free_bytes(folder)
    if needed > free:
        raise DiskFull(
            f"size {size} needs about {needed / 1e9:.1f} GB ({per_event:.0f} bytes per event,"
            f" {origin}), the disk of {folder} has {free / 1e9:.1f} GB left: set TMPDIR to a"
            " folder on another disk, or choose a smaller size"
        )


def room_per_event(size: Size, known: Sequence[Record]) -> tuple[float, str]:
    """Bytes that an event adds, and where that is known from."""
    empty = next((r.lasting_bytes for r in known if r.size == START_UP), 0)
    smaller = [r for r in known if r.size != START_UP and r.events <= size.likely_events]
    if not smaller:
        return BYTES_PER_EVENT, "as in a run of 5 days"
    largest = max(smaller, key=lambda record: record.events)
    return max(0, largest.lasting_bytes - empty) / largest.events, f"as in {largest.size}"


def show(record: Record) -> None:
    """Print all that was measured of one size."""
    cpu = record.cpu_seconds
    print(
        f"{record.status}, {record.events:,} events, {record.seconds:.1f} s, {cpu:.1f} CPU-seconds,"
        f" {cpu / record.millions:.1f} per million events"
    )
    for check in record.not_passed:
        print(f"  not passed: {check}")
    for part in PARTS:
        seconds = record.cpu.get(part, 0.0)
        print(
            f"  {part:<11} {seconds:9.1f} CPU-s {100 * seconds / cpu:5.1f} %"
            f"   largest process {record.peak.get(part, 0) / 1e6:7.0f} MB"
        )
    print(
        f"  all at the same time, what they share counted once each: {record.together / 1e6:.0f} MB"
    )
    for layer in dict.fromkeys((*record.layers, *record.objects)):
        line = f"  {layer:<11} {record.layers.get(layer, 0.0):9.1f} s"
        if layer in record.objects:
            line += f" {record.objects[layer]:8,} objects {record.bytes[layer] / 1e6:12,.1f} MB"
        print(line)
    parts = ", ".join(f"{name} {size / 1e6:,.0f}" for name, size in record.disk.items())
    print(f"  home        {sum(record.disk.values()) / 1e6:9,.0f} MB at the end: {parts}")
    print(f"  database    {record.postgres_bytes / 1e6:9,.0f} MB")
    print(
        f"  disk        {record.disk_at_most / 1e6:9,.0f} MB less free space at the worst moment,"
        f" whoever wrote it; {record.free / 1e6:,.0f} MB free at the end",
        flush=True,
    )


def targets(record: Record) -> bool:
    """Print what one size is held to; return whether it is met."""
    name, per_million = record.size, record.cpu_seconds / record.millions
    met = result(
        f"scale_cpu_per_million_{name}", per_million, "CPU-s", at_most=MOST_CPU_PER_MILLION
    )
    most = MOST_REFERENCE_SECONDS if record.size == REFERENCE else None
    met &= result(f"scale_seconds_{name}", record.seconds, "s", at_most=most)
    largest = max(record.peak.values()) / 1e6
    return met & result(f"scale_peak_memory_{name}", largest, "MB", at_most=MOST_MEMORY_MB)


def compare(records: Sequence[Record]) -> bool:
    """Print how cost grows, and what it would come to; return whether the targets are met."""
    is_met, slopes = True, dict[int, float]()
    start_up = next((r for r in records if r.size == START_UP), None)
    sizes = sorted((r for r in records if r.size != START_UP), key=lambda r: (r.rate, r.events))
    for rate, group in groupby(sizes, key=lambda record: record.rate):
        of_rate = list(group)
        if len(of_rate) < 2:
            continue
        found = exponents(of_rate, start_up)
        if NET in found:
            slopes[rate] = found[NET]
        for name, slope in found.items():
            is_met &= result(
                f"scale_growth_exponent_{rate}{name}", slope, "exponent", at_most=MOST_EXPONENT
            )
    country = [record for record in sizes if record.rate == COUNTRY_RATE]
    default = next((record for record in sizes if record.size == REFERENCE), None)
    if country and default is not None:
        per_million = [r.cpu_seconds / r.millions for r in (country[-1], default)]
        times = per_million[0] / per_million[1]
        is_met &= result(
            "scale_country_to_default", times, "times", at_most=MOST_COUNTRY_TO_DEFAULT
        )
    if sizes:
        largest = country[-1] if country else max(sizes, key=lambda record: record.events)
        print("\n".join(projection(largest, start_up, slopes.get(largest.rate))), flush=True)
    return is_met


if __name__ == "__main__":
    sys.exit(main())
