"""A Dockerfile's steps in folders in the place of images: where there is no Docker.

Needs root. Each stage is a copy of the base's folder; RUN is chroot, in namespaces of its own.
"""

import fnmatch
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


Keeps = Callable[[str], bool]


@dataclass
class Stage:
    """One FROM, and what follows it."""

    name: str
    base: str
    steps: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Root:
    """The file system of a stage, and how a process in it begins."""

    folder: Path
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": PATH, "HOME": "/root"})
    workdir: str = "/"
    user: str = "0:0"

    def run(
        self, command: str, *, is_read_only: bool = False, **others: str
    ) -> "subprocess.CompletedProcess[str]":
        """A shell in the root, as the stage's user.

        With `is_read_only` as compose starts a container: nothing but /tmp and /var/lib/pqr can be
        written to, and no privilege can be gained; in a network of its own, which has no way out.
        """
        root = shlex.quote(str(self.folder))
        prepare = [
            f"mount --bind {root} {root}",
            f"mount --rbind /dev {root}/dev",
            f"mount -t proc proc {root}/proc",
        ]
        if is_read_only:
            home = f"{root}/var/lib/pqr"
            prepare += [
                f"mount --bind {home} {home}",
                f"mount -o remount,ro,bind {root}",
                f"mount -t tmpfs tmpfs {root}/tmp",
                "ip link set lo up",
            ]
        variables = [f"{key}={value}" for key, value in {**self.environment, **others}.items()]
        words = ["setpriv", "--no-new-privs"] if is_read_only else []
        words += ["chroot", f"--userspec={self.user}", str(self.folder), "/usr/bin/env", "-i"]
        words += [*variables, "/bin/sh", "-ec", f"cd {self.workdir}\n{command}"]
        script = "\n".join(["set -e", *prepare, f"exec {shlex.join(words)}"])
        spaces = ["--mount", "--pid", "--fork", "--kill-child", *(["--net"] * is_read_only)]
        return subprocess.run(
            ["unshare", *spaces, "sh", "-c", script], capture_output=True, text=True
        )


def stages(dockerfile: str) -> list[Stage]:
    """The stages of a Dockerfile, comments left out and lines joined."""
    lines = [line for line in dockerfile.splitlines() if not line.strip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    found: list[Stage] = []
    for line in filter(None, map(str.strip, joined.splitlines())):
        instruction, _, rest = line.partition(" ")
        if instruction == "FROM":
            base, _, name = rest.partition(" AS ")
            found.append(Stage(name or "final", base))
        else:
            found[-1].steps.append((instruction, rest.strip()))
    return found


def replay(
    dockerfile: str, context: Path, ignore: str, base: Path, out: Path, **environment: str
) -> Root:
    """Carry out every step; the root of the last stage.

    Args:
        dockerfile: Its text.
        context: The folder that COPY takes files from.
        ignore: The text of its .dockerignore.
        base: The folder that stands for every image which a FROM names.
        out: Takes a folder per stage.
        environment: What the base sets, such as how it reaches a registry.

    Raises:
        RuntimeError: A step failed, or is of a kind that is not known here.
    """
    made: dict[str, Root] = {}
    out.mkdir(parents=True, exist_ok=True)
    for stage in stages(dockerfile):
        root = Root(out / stage.name)
        root.environment |= environment
        subprocess.run(["cp", "-a", str(base), str(root.folder)], check=True)
        for instruction, rest in stage.steps:
            _step(root, instruction, rest, context, ignore, made)
        made[stage.name] = root
    return root


def _step(
    root: Root, instruction: str, rest: str, context: Path, ignore: str, made: dict[str, Root]
) -> None:
    if instruction == "RUN":
        done = root.run(rest)
        if done.returncode:
            raise RuntimeError(f"RUN {rest}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    elif instruction == "ENV":
        for name, value in (word.split("=", 1) for word in shlex.split(rest)):
            root.environment[name] = Template(value).substitute(root.environment)
    elif instruction == "WORKDIR":
        root.workdir = rest
        (root.folder / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
    elif instruction == "USER":
        root.user = rest if ":" in rest else f"{rest}:{rest}"
    elif instruction == "COPY":
        *sources, target = shlex.split(rest)
        origin, keeps = context, lambda path: not _is_ignored(path, ignore)
        if sources[0].startswith("--from="):
            origin, keeps = made[sources.pop(0).removeprefix("--from=")].folder, lambda path: True
        for source in sources:
            _copy(root, origin, source.lstrip("/"), target, keeps, is_one=len(sources) == 1)
    elif instruction not in ("VOLUME", "CMD", "LABEL"):
        raise RuntimeError(f"{instruction} is not known here")


def _copy(root: Root, origin: Path, source: str, target: str, keeps: Keeps, is_one: bool) -> None:
    place = (
        root.folder / root.workdir.lstrip("/") / target.lstrip("./")
        if not target.startswith("/")
        else root.folder / target.lstrip("/")
    )
    path = origin / source
    if path.is_file():
        place = place / path.name if target.endswith("/") or not is_one else place
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
        return

    def left_out(folder: str, names: list[str]) -> set[str]:
        relative = Path(folder).relative_to(origin)
        return {name for name in names if not keeps(str(relative / name))}

    shutil.copytree(path, place, symlinks=True, ignore=left_out, dirs_exist_ok=True)


def _is_ignored(path: str, ignore: str) -> bool:
    """By the last rule that fits, as Docker has it; a rule for a folder fits what is in it."""
    ignored = False
    for rule in filter(None, map(str.strip, ignore.splitlines())):
        if rule.startswith("#"):
            continue
        pattern = rule.removeprefix("!")
        parts = [path, *map(str, Path(path).parents)]
        if pattern.startswith("**/"):
            fits = any(fnmatch.fnmatch(part, pattern[3:]) for part in Path(path).parts)
        else:
            fits = any(fnmatch.fnmatch(part, pattern) for part in parts if part != ".")
        if fits:
            ignored = not rule.startswith("!")
    return ignored
