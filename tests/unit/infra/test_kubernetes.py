"""infra/k8s: the services of compose.yaml, each closed up, calling only whom it has to."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
BASE = ROOT / "infra" / "k8s" / "base"
COMPOSE = yaml.safe_load((ROOT / "infra/local/compose.yaml").read_text(encoding="utf-8"))[
    "services"
]
DOCUMENTS = [
    document
    for path in sorted(BASE.glob("*.yaml"))
    if path.name != "kustomization.yaml"
    for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
]
# Compose makes the certificate in a volume; here it is a secret. The worker does what `pqr` does.
NOT_HERE = {"certificates", "pqr"}


def pods() -> Iterator[tuple[str, Any]]:
    """Name and specification of each pod."""
    for document in DOCUMENTS:
        name, spec = document["metadata"]["name"], document.get("spec", {})
        if document["kind"] == "DaskCluster":
            yield "dask-scheduler", spec["scheduler"]["spec"]
            yield "dask-worker", spec["worker"]["spec"]
        elif document["kind"] == "CronJob":
            yield name, spec["jobTemplate"]["spec"]["template"]["spec"]
        elif "template" in spec:
            yield name, spec["template"]["spec"]


PODS = dict(pods())
CONTAINERS = [
    pytest.param(name, container, id=f"{name}-{container['name']}")
    for name, pod in PODS.items()
    for container in [*pod.get("initContainers", ()), *pod["containers"]]
]


def of_kind(kind: str) -> dict[str, Any]:
    return {it["metadata"]["name"]: it for it in DOCUMENTS if it["kind"] == kind}


def test_every_service_of_compose_is_here_with_the_same_image_and_command() -> None:
    assert PODS.keys() == COMPOSE.keys() - NOT_HERE
    for name, pod in PODS.items():
        (container,) = pod["containers"]
        image, wanted = container["image"], COMPOSE[name]["image"]
        assert image in (wanted, wanted.split(":")[0]), name
        if name.startswith("dask-"):
            continue  # more options: ports that policies can name, and the operator's name
        said = container.get("command", container.get("args"))
        if wanted.startswith("pqr-"):
            assert said == COMPOSE[name]["command"], name


@pytest.mark.parametrize("pod", PODS.values(), ids=PODS.keys())
def test_a_pod_runs_as_nobody_special_and_asks_kubernetes_for_nothing(pod: Any) -> None:
    security = pod["securityContext"]
    assert security["runAsNonRoot"] is True
    assert security["runAsUser"] > 0
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
    for volume in pod.get("volumes", ()):
        assert "hostPath" not in volume


@pytest.mark.parametrize(("pod", "container"), CONTAINERS)
def test_a_container_has_no_right_that_it_does_not_need(pod: str, container: Any) -> None:
    security = container["securityContext"]
    assert security["allowPrivilegeEscalation"] is False
    assert security["readOnlyRootFilesystem"] is True
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert container["resources"]["limits"]["memory"]
    assert container["resources"]["requests"]["cpu"]


def test_every_service_that_stays_says_whether_it_is_well() -> None:
    ending = {*of_kind("Job"), *of_kind("CronJob")}
    for name in PODS.keys() - ending:
        (container,) = PODS[name]["containers"]
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            assert probe in container, f"{name}: {probe}"


def test_secrets_are_named_never_written() -> None:
    assert not of_kind("Secret")
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    for path in BASE.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        for key in re.findall(r"secretKeyRef: \{name: pqr, key: (\w+)\}", text):
            assert re.search(rf"^{key}=$", example, re.MULTILINE), key
        for password in re.findall(r"://\w+:([^@\s]+)@", text):
            assert re.fullmatch(r"\$\([A-Z_]+\)", password), password
    for _, container in (case.values for case in CONTAINERS):
        for item in container.get("env", ()):
            if re.search(r"PASS|SECRET|ACCESS_KEY|AUTH_STRING|DSN", item["name"]):
                assert "valueFrom" in item or "$(" in item["value"], item["name"]


def test_a_variable_is_set_before_another_is_made_of_it() -> None:
    """Kubernetes leaves $(NAME) as it is when NAME comes later, or from a ConfigMap."""
    for name, container in (case.values for case in CONTAINERS):
        known: set[str] = set()
        for item in container.get("env", ()):
            assert set(re.findall(r"\$\((\w+)\)", item.get("value", ""))) <= known, name
            known.add(item["name"])


def test_nobody_is_called_but_by_whom_a_policy_names() -> None:
    policies = of_kind("NetworkPolicy")
    everybody = policies["nobody"]["spec"]
    assert everybody == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for name, service in of_kind("Service").items():
        if name in ("grafana", "streamlit", "prefect-worker"):
            continue  # nobody in here calls them: people, by a port that they forward
        policy = policies[name]["spec"]
        assert policy["podSelector"]["matchLabels"] == service["spec"]["selector"]
        assert all(rule["from"] for rule in policy["ingress"]), name
    for policy in policies.values():
        assert "ipBlock" not in str(policy)


def test_people_come_by_an_overlay_alone() -> None:
    assert not of_kind("Ingress")
    for service in of_kind("Service").values():
        assert service["spec"].get("type", "ClusterIP") == "ClusterIP"
    labels = of_kind("Namespace")["pqr"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_dask_takes_no_work_from_who_has_no_certificate() -> None:
    for name in ("dask-scheduler", "dask-worker"):
        (container,) = PODS[name]["containers"]
        assert {"--tls-ca-file", "--tls-cert", "--tls-key"} <= set(container["command"])
    assert "tls://dask-scheduler:8786" in PODS["dask-worker"]["containers"][0]["command"]
