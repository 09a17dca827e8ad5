"""What a run leaves for others to look at: lineage, and a summary in Prefect. Never fails a run."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from orchestration.flows.artifacts import leave_artifacts
from orchestration.flows.attempt import Attempt
from orchestration.flows.progress import Listener, StepEvent, listener
from orchestration.lake import paths
from orchestration.lineage.graph import ProjectGraph
from orchestration.lineage.told import LineageTeller
from orchestration.transform.following import follower
from orchestration.transform.project import parsed_project


@contextmanager
def evidence(held: Attempt) -> Iterator[None]:
    """Follow the steps of a block as they are said, and sum them up at its end."""
    teller = LineageTeller(
        held.settings,
        held.claim,
        partial(_graph, held),
        lambda reason: held.log.write("not_told", error=reason),
    )
    heard = listener.get()

    def hear(event: StepEvent) -> None:
        heard(replace(event, log=_log(held)) if event.state == "failed" else event)
        held.say_safely(partial(_tell, teller, held, event))

    token, followed = listener.set(hear), follower.set(partial(_tell_of_dbt, heard, {}))
    held.say_safely(teller.run_started)
    failure: BaseException | None = None
    try:
        yield
    except BaseException as error:
        failure = error
        raise
    finally:
        listener.reset(token)
        follower.reset(followed)
        held.say_safely(partial(teller.run_ended, failure))
        # Somebody who cancels does not wait for a summary.
        if failure is None or isinstance(failure, Exception):
            held.say_safely(partial(leave_artifacts, held, failure))


def _tell(teller: LineageTeller, held: Attempt, event: StepEvent) -> None:
    if event.state == "started":
        teller.layer_started(event.step)
    elif event.state == "failed":
        teller.layer_failed(event.step, event.note)
    elif event.state in ("done", "skipped"):
        was_committed = event.state == "skipped"
        teller.layer_committed(held.connection, event.step, was_committed=was_committed)


def _tell_of_dbt(heard: Listener, since: dict[str, float], tag: str, done: int, total: int) -> None:
    """Make the nodes of a dbt invocation the progress of its step; `since` is when it began."""
    started = since.setdefault(tag, time.monotonic())
    heard(StepEvent(tag, "progress", done, total, seconds=time.monotonic() - started))


def _log(held: Attempt) -> tuple[str, ...]:
    return (f"s3://{held.settings.s3.bucket}/{paths.pipeline_log(held.run)}", str(held.log.path))


def _graph(held: Attempt) -> ProjectGraph:
    logs = held.workspace / "lineage"
    project = parsed_project(held.settings, held.projects, held.run, logs)
    return ProjectGraph(project.nodes, project.sources, held.settings.project_root)
