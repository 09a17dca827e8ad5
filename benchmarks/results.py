"""How a benchmark prints a figure: `RESULT <name> <value> <unit> target <t> met|missed`."""


def result(
    name: str,
    value: float,
    unit: str,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
) -> bool:
    """Print the line of a figure; return whether its target is met, true where it has none."""
    shown = f"{value:.0f}" if value >= 10_000 or float(value).is_integer() else f"{value:.2f}"
    line = f"RESULT {name} {shown} {unit}"
    if at_most is None and at_least is None:
        print(line, flush=True)
        return True
    is_met = (at_most is None or value <= at_most) and (at_least is None or value >= at_least)
    target = f"<={at_most:g}" if at_most is not None else f">={at_least:g}"
    print(f"{line} target {target} {'met' if is_met else 'missed'}", flush=True)
    return is_met
