"""Named steps at which a test kills the process, to prove that a retry loses nothing."""

import os
import signal

from orchestration.settings import kill_point

_seen: dict[str, int] = {}


def reach(step: str) -> None:
    """Die here, as by a power cut, when a test asks for this step; else do nothing.

    A step may be named with the time it is to be reached, `bronze.after_object#3`; with `!stop` at
    its end the process is stopped and can go on later.
    """
    wanted = kill_point()
    if wanted is None:
        return
    _seen[step] = _seen.get(step, 0) + 1
    wanted, _, manner = wanted.partition("!")
    if wanted in (step, f"{step}#{_seen[step]}"):
        os.kill(os.getpid(), signal.SIGSTOP if manner == "stop" else signal.SIGKILL)
