"""The standard streams of a command: closed by its caller, full, or read by nobody any more."""

import os
import sys
from typing import Any

from rich.console import Console

_STREAMS = ("stdin", "stdout", "stderr")
# Why output was lost.
_unwritten: list[str] = []


def open_closed_streams() -> None:
    """Give the null device the numbers of standard streams that are closed.

    The next file that is opened would get such a number, and what a library or a child of this
    process prints would be written into it.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) < len(_STREAMS):
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    for number, name in enumerate(_STREAMS):
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8"))  # noqa: SIM115


class LastingConsole(Console):
    """A console whose work goes on when its output cannot be written: nobody reads it, say."""

    def on_broken_pipe(self) -> None:
        """Print nothing more: whoever read the output, `head` say, has seen enough."""
        self.quiet = True
        _discard(self.file)

    def print(self, *objects: Any, **options: Any) -> None:
        """Print, unless the file that takes it is full; `flush_output` says so at the end."""
        try:
            super().print(*objects, **options)
        except OSError as error:
            self.quiet = True
            _unwritten.append(f"the output cannot be written: {error.strerror}")


def flush_output() -> str:
    """Write what standard output still holds; why that failed, or nothing.

    At the end of a process the interpreter would show a traceback.
    """
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _discard(sys.stdout)
    except OSError as error:
        _discard(sys.stdout)
        _unwritten.append(f"the output cannot be written: {error.strerror}")
    return _unwritten[0] if _unwritten else ""


def _discard(stream: Any) -> None:
    """Let a stream end in the null device: what it holds is not written at the end either."""
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())
