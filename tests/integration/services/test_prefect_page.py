"""The Prefect server of a home: whom it answers, and what it leaves to whom."""

import base64
import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from orchestration.services import prefect_server
from orchestration.services.homes import running_prefect
from orchestration.services.process import PROC
from orchestration.settings import Settings
from tests.integration.services.conftest import Pqr


@pytest.fixture(scope="module")
def page(settings: Settings) -> str:
    url = prefect_server.wait_until_ready(settings)
    assert url is not None
    return url


def ask(url: str, body: object = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, dict(answer.headers.items()), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers.items()), b""


def basic(login: str) -> str:
    return f"Basic {base64.b64encode(login.encode()).decode()}"


def test_it_answers_the_login_of_the_home_alone(page: str, settings: Settings) -> None:
    flows = f"{page}/api/flows/filter"
    login = settings.secrets.prefect_login
    assert ask(flows, {})[0] == 401
    assert ask(flows, {}, authorization=basic(f"{login}x"))[0] == 401
    assert ask(flows, {}, authorization=basic(login))[0] == 200


def test_a_web_page_of_another_origin_gets_no_leave_to_call_it(
    page: str, settings: Settings
) -> None:
    flows, login = f"{page}/api/flows/filter", basic(settings.secrets.prefect_login)
    for origin, allowed in (("https://evil.example", None), (page, page)):
        _, headers, _ = ask(flows, {}, authorization=login, origin=origin)
        assert headers.get("access-control-allow-origin") == allowed


@pytest.mark.parametrize("path", ["deployments/filter", "flow_runs/", "work_queues/filter"])
def test_a_web_page_starts_and_reads_nothing(page: str, path: str) -> None:
    """A form or a script needs no leave for plain text, and a name of its own may lead to us."""
    for headers in (
        {"origin": "https://evil.example", "content-type": "text/plain"},
        {"origin": "null", "content-type": "application/x-www-form-urlencoded"},
        {"host": "evil.example", "origin": "http://evil.example"},
        {"host": "evil.example:80", "authorization": basic("pqr:")},
    ):
        status, answered, _ = ask(f"{page}/api/{path}", {}, **headers)
        assert status == 401, headers
        assert "access-control-allow-origin" not in {name.lower() for name in answered}


def test_a_preflight_of_another_origin_is_refused(page: str) -> None:
    request = urllib.request.Request(
        f"{page}/api/deployments/filter",
        method="OPTIONS",
        headers={
            "origin": "https://evil.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization,content-type",
        },
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    with refused.value as answer:
        assert answer.code in (400, 401)
        assert answer.headers.get("access-control-allow-origin") is None


def test_it_serves_its_page_and_points_it_at_itself(page: str) -> None:
    status, _, body = ask(page)
    assert (status, b"<html" in body.lower()) == (200, True)
    facts = json.loads(ask(f"{page}/ui-settings")[2])
    assert (facts["api_url"], facts["auth"]) == (f"{page}/api", "BASIC")


def test_its_state_and_its_command_line_keep_the_login_to_their_owner(
    page: str, settings: Settings
) -> None:
    server = running_prefect(settings.home)
    assert server is not None
    secret = settings.secrets.prefect_login.removeprefix("pqr:")
    assert secret not in (PROC / str(server.pid) / "cmdline").read_text()
    database = prefect_server.state_folder(settings.home) / "prefect.db"
    assert database.parent.stat().st_mode & 0o077 == 0
    assert database.stat().st_mode & 0o077 == 0


def test_other_programs_get_its_address_and_login(
    pqr: Pqr, page: str, settings: Settings, tmp_path: Path
) -> None:
    exports = pqr("env", PQR_HOME=str(settings.home)).stdout.splitlines()
    assert f"export PREFECT_API_URL={page}/api" in exports
    assert f"export PREFECT_API_AUTH_STRING={settings.secrets.prefect_login}" in exports
    status = pqr("status", PQR_HOME=str(settings.home))
    assert f"Prefect      up     {page}" in status.stdout
