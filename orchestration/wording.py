"""How messages say counts and values: one in the singular, and an empty text in sight."""


def counted(count: int, what: str, width: int = 0) -> str:
    """How many of a thing, in a noun whose plural ends in s: 1 row, 2,000 rows.

    With a `width` it is a cell of a column: the number to the right in it, and the noun as wide as
    its plural.
    """
    noun = what if count == 1 else f"{what}s"
    return f"{count:>{width},} {noun:<{len(what) + 1}}" if width else f"{count:,} {noun}"


def printable(text: str, limit: int = 60) -> str:
    """A text that any terminal shows in one line: escaped where needed, and cut."""
    safe = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    safe = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in safe)
    return safe if len(safe) <= limit else safe[: limit - 3] + "..."


def shown(value: str, limit: int = 60) -> str:
    """A value as a message names it, `printable`; one of blanks alone stands in quotes: ""."""
    return printable(value, limit) if value.strip() else f'"{printable(value, limit)}"'
