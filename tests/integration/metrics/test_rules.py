"""Rules, alerts and routes: what promtool and amtool say, and what every alert must have."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from monitoring import LOCAL, NUMBER, RULES, alerts, rules

ROOT = LOCAL.parents[1]
HERE = Path(__file__).parent
TESTS = sorted(HERE.glob("alerts_of_*.test.yml"))
ROUTES = LOCAL / "alertmanager" / "alertmanager.yml"
needs_promtool = pytest.mark.skipif(
    not shutil.which("promtool"), reason="promtool: apt install prometheus"
)
needs_amtool = pytest.mark.skipif(
    not shutil.which("amtool"), reason="amtool: apt install prometheus-alertmanager"
)


def accepted(*command: object) -> str:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@needs_promtool
def test_promtool_accepts_configuration_and_rules(tmp_path: Path) -> None:
    # The file of the password is a secret of the container.
    text = (LOCAL / "prometheus" / "prometheus.yml").read_text(encoding="utf-8")
    secret = tmp_path / "secret"
    secret.write_text("x")
    config = tmp_path / "prometheus.yml"
    config.write_text(
        text.replace("/run/secrets/prefect-password", str(secret)).replace("rules/", f"{RULES}/")
    )
    assert f"{len(alerts())} rules found" in accepted("promtool", "check", "config", config)


@needs_promtool
def test_each_alert_goes_from_quiet_to_firing_and_back() -> None:
    accepted("promtool", "test", "rules", *TESTS)


def test_each_alert_has_a_test_that_is_quiet_and_one_that_fires() -> None:
    fires: dict[str, set[bool]] = {}
    for path in TESTS:
        for test in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]:
            for case in test.get("alert_rule_test", ()):
                fires.setdefault(case["alertname"], set()).add(bool(case["exp_alerts"]))
    assert fires == {alert["alert"]: {True, False} for alert in alerts()}


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: str(alert["alert"]))
def test_each_alert_says_how_bad_it_is_and_what_to_do(alert: dict[str, object]) -> None:
    labels, annotations = alert["labels"], alert["annotations"]
    assert isinstance(labels, dict)
    assert isinstance(annotations, dict)
    assert labels["severity"] in ("critical", "warning")
    assert labels["area"] in ("service", "run", "data", "service-level")
    assert annotations["summary"]
    assert annotations["description"]
    page = (ROOT / annotations["runbook"]).read_text(encoding="utf-8")
    assert page.startswith(f"# {alert['alert']}\n")
    for part in ("It means", "Look at", "Do", "It is over when"):
        assert f"\n## {part}\n" in page


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: str(alert["alert"]))
def test_each_alert_compares_one_series_with_a_limit(alert: dict[str, str]) -> None:
    """Then a panel can show the series and its limit, and a test can lower it."""
    match = re.fullmatch(rf'([a-z_:]+(\{{status="[A-Z]+"\}})?) (==|>|<) {NUMBER}', alert["expr"])
    assert match, alert["expr"]
    recorded = {rule.get("record") for rule in rules()}
    assert ":" not in match[1] or match[1] in recorded


def test_each_runbook_belongs_to_an_alert() -> None:
    found = (ROOT / "docs/runbooks").glob("*.md")
    pages = {path.relative_to(ROOT).as_posix() for path in found if ".es." not in path.name}
    assert pages == {alert["annotations"]["runbook"] for alert in alerts()}


@needs_amtool
def test_amtool_accepts_the_routes() -> None:
    assert "2 receivers" in accepted("amtool", "check-config", ROUTES)


@needs_amtool
@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        ("alertname=PqrRunFailed severity=critical area=run", "pqr-critical"),
        ("alertname=PqrDiskFilling severity=critical area=service", "pqr-critical"),
        ("alertname=PqrBacklogGrowth severity=warning area=service-level", "pqr-warning"),
        ("alertname=Other", "pqr-warning"),
        ("alertname=PqrTest severity=critical area=test", "pqr-critical"),
        ("alertname=PqrTest severity=warning area=test", "pqr-warning"),
    ],
)
def test_each_severity_goes_its_way(labels: str, receiver: str) -> None:
    accepted(
        "amtool", "config", "routes", "test", f"--config.file={ROUTES}",
        f"--verify.receivers={receiver}", *labels.split(),
    )  # fmt: skip


def test_what_keeps_an_alert_quiet_names_alerts_that_there_are() -> None:
    known = {alert["alert"] for alert in alerts()}
    for rule in yaml.safe_load(ROUTES.read_text(encoding="utf-8"))["inhibit_rules"]:
        for matcher in (*rule["source_matchers"], *rule["target_matchers"]):
            if matcher.startswith("alertname"):
                assert set(re.findall(r"Pqr\w+", matcher)) <= known


def test_the_table_of_alerts_is_that_of_the_rules() -> None:
    text = (ROOT / "docs" / "observability.md").read_text(encoding="utf-8")
    rows = [
        f"| [{alert['alert']}]({alert['annotations']['runbook'].removeprefix('docs/')})"
        f" | `{alert['expr']}` | {alert.get('for', '')} | {alert['labels']['severity']} |"
        for alert in alerts()
    ]
    assert re.findall(r"^\| \[Pqr.*$", text, re.MULTILINE) == rows
