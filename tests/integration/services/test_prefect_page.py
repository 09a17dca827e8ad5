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
