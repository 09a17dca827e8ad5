"""The log of an attempt."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from orchestration.run import Claim

Level = Literal["info", "warning", "error"]


class RunLog:
    """The structured log of an attempt: one JSON object per line, on disk until it is appended."""

    def __init__(self, folder: Path, claim: Claim) -> None:
        # A file of its own: what a killed attempt left stays to be read on this machine.
        self.path = folder / f"run-{claim.run.run_id}-{claim.attempt}.log"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)
        self._claim = claim

    def write(self, event: str, level: Level = "info", **facts: object) -> None:
        """Add a line. `facts` never hold a secret: they are counts, keys and error lines.

        A line for which there is no room is left out: nothing depends on the log.
        """
        line = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "run_id": str(self._claim.run.run_id),
            "attempt": self._claim.attempt,
            "level": level,
            "event": event,
            **facts,
        }
        text = json.dumps(line, ensure_ascii=False, default=str)
        body = f"{text}\n".encode("utf-8", "backslashreplace")
        with suppress(OSError), self.path.open("ab") as file:
            file.write(body)

    def not_sent(self, reason: str) -> None:
        """Note that something which nobody depends on could not be sent."""
        self.write("not_sent", "warning", error=reason)

    def lines(self) -> list[tuple[datetime, Level, str]]:
        """Instant, level and text of what was written so far."""
        found = []
        # At line ends alone: an error may quote other characters that break a line.
        for written in filter(None, self.path.read_text(encoding="utf-8").split("\n")):
            fact = json.loads(written)
            at, level, event = (fact.pop(name) for name in ("at", "level", "event"))
            facts = " ".join(f"{name}={value}" for name, value in fact.items())
            found.append((datetime.fromisoformat(at), level, f"{event} {facts}"))
        return found
