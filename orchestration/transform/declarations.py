"""What dbt's files declare wrongly, asked without a service before a run has built anything."""

from collections.abc import Callable
from typing import Any, Final

from orchestration.settings import Settings, exported
from orchestration.transform import code_tests
from orchestration.transform.projects import (
    GLOBAL_OPTIONS,
    DbtFailed,
    Projects,
    dbt_options,
    first_line,
)

# The hooks that refuse a declaration, as dbt_project.yml names them at on-run-start.
_CHECKS: Final = ("check_declarations", "check_served")


def refusal(settings: Settings, projects: Projects) -> str | None:
    """What is declared wrongly, in one line; None when all is right, which is remembered.

    What fails for another reason is for the layer that meets it: None, and nothing is remembered.
    """
    from dbt.cli.main import dbtRunner

    try:
        # The target that needs no service: the declarations are those of every target.
        options = dbt_options(settings, "lint")
        for check in _CHECKS:
            said: list[str] = []
            project = projects.parsed(settings, "lake")
            with exported({"PQR_DECLARATIONS_PASSED": ""}):
                outcome = dbtRunner(manifest=project, callbacks=[_errors_into(said)]).invoke(
                    [
                        *options[:GLOBAL_OPTIONS], "run-operation", check,
                        *options[GLOBAL_OPTIONS:],
                    ]
                )  # fmt: skip
            if outcome.success:
                continue
            wrong = [text for text in said if "Compilation Error" in text]
            return first_line(Exception(wrong[0])) if wrong else None
    except DbtFailed as error:
        return str(error)
    code_tests.remember(settings, code_tests.DECLARATIONS)
    return None


def _errors_into(said: list[str]) -> Callable[[Any], None]:
    """Of a macro that raises dbt keeps no message in its result: it only fires an event."""

    def take(event: Any) -> None:
        if event.info.name == "RunningOperationCaughtError":
            said.append(str(event.data.exc))

    return take
