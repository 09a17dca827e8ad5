"""What infra/aws never does: open to the public, unencrypted, with more rights than it needs."""

import re
import shutil
import subprocess
from typing import Any

import pytest
from terraform_files import BLOCKS, COMMENTS, FILES, FOLDER, of_type, resources, statements, strings

TEXT = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
STATEMENTS = [pytest.param(body, id=f"{name}-{body.get('sid', '')}") for name, body in statements()]
ALLOWED = [case for case in STATEMENTS if case.values[0].get("effect") != "Deny"]
# Where data rest, and the argument that names the key.
KEYS = {
    "aws_cloudwatch_log_group": "kms_key_id",
    "aws_db_instance": "kms_key_id",
    "aws_efs_file_system": "kms_key_id",
    "aws_secretsmanager_secret": "kms_key_id",
    "aws_sns_topic": "kms_master_key_id",
}


def one(type_name: str) -> Any:
    (body,) = of_type("resource", type_name).values()
    return body


@pytest.mark.parametrize("statement", ALLOWED)
def test_an_allowed_action_has_no_wildcard(statement: Any) -> None:
    actions = strings(statement["actions"])
    assert actions
    for action in actions:
        assert re.fullmatch(r"[a-z0-9-]+:[A-Za-z]+", action), action


@pytest.mark.parametrize("statement", ALLOWED)
def test_everything_is_meant_only_where_a_reason_says_why(statement: Any) -> None:
    if "*" in strings(statement.get("resources", [])):
        said = [comment["value"] for comment in statement.get(COMMENTS, [])]
        assert any(text.startswith("reason: ") for text in said)


@pytest.mark.parametrize("statement", ALLOWED)
def test_nobody_is_meant_by_everybody(statement: Any) -> None:
    for principal in statement.get("principals", []):
        assert "*" not in strings(principal["identifiers"])
    assert "not_actions" not in statement
    assert "not_resources" not in statement
    assert "not_principals" not in statement


def test_no_policy_is_managed_elsewhere_or_written_as_text() -> None:
    assert "arn:aws:iam::aws:policy" not in TEXT
    for type_name, name, body in resources():
        if "policy" in body and type_name != "aws_iam_policy":
            assert body["policy"].startswith("${data.aws_iam_policy_document."), name


def test_the_bucket_is_closed_encrypted_and_reached_by_tls() -> None:
    assert len(of_type("resource", "aws_s3_bucket")) == 1
    block = one("aws_s3_bucket_public_access_block")
    for name in ("block_public_acls", "block_public_policy", "ignore_public_acls",
                 "restrict_public_buckets"):  # fmt: skip
        assert block[name] is True
    assert not of_type("resource", "aws_s3_bucket_acl")
    assert not of_type("resource", "aws_s3_bucket_website_configuration")
    (rule,) = one("aws_s3_bucket_server_side_encryption_configuration")["rule"]
    (default,) = rule["apply_server_side_encryption_by_default"]
    assert default["sse_algorithm"] == "aws:kms"
    assert "aws_kms_key.this" in default["kms_master_key_id"]
    (ownership,) = one("aws_s3_bucket_ownership_controls")["rule"]
    assert ownership["object_ownership"] == "BucketOwnerEnforced"
    denied = {body["sid"]: body for name, body in statements() if name == "lake"}
    tls = denied["TlsOnly"]
    assert (tls["effect"], tls["actions"]) == ("Deny", ["s3:*"])
    assert {"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}.items() <= (
        tls["condition"][0].items()
    )
    raw = denied["RawIsWrittenOnce"]
    assert (raw["effect"], raw["actions"]) == ("Deny", ["s3:PutObject"])
    assert raw["condition"][0]["variable"] == "s3:if-none-match"


def test_what_rests_is_encrypted_with_the_key_of_the_project() -> None:
    for type_name, argument in KEYS.items():
        found = of_type("resource", type_name)
        assert found, type_name
        for name, body in found.items():
            assert "aws_kms_key.this" in body[argument], f"{type_name}.{name}"
    assert one("aws_kms_key")["enable_key_rotation"] is True
    assert one("aws_db_instance")["storage_encrypted"] is True
    assert one("aws_efs_file_system")["encrypted"] is True
    (images,) = one("aws_ecr_repository")["encryption_configuration"]
    assert images["encryption_type"] == "KMS"


def test_what_travels_is_encrypted() -> None:
    for listener in of_type("resource", "aws_lb_listener").values():
        assert listener["protocol"] == "HTTPS"
        assert "TLS13" in listener["ssl_policy"]
    parameters = {it["name"]: it["value"] for it in one("aws_db_parameter_group")["parameter"]}
    assert parameters["rds.force_ssl"] == "1"
    assert 'transit_encryption = "ENABLED"' in TEXT
    assert "sslmode=require" in TEXT
    assert not re.search(r"sslmode=(disable|allow|prefer)|tcp://", TEXT)


def test_nothing_is_open_to_the_internet() -> None:
    assert "0.0.0.0/0" not in TEXT
    assert "::/0" not in TEXT
    kinds = {type_name for type_name, _, _ in resources()}
    assert not kinds & {
        "aws_internet_gateway",
        "aws_nat_gateway",
        "aws_eip",
        "aws_security_group_rule",
    }
    for body in of_type("resource", "aws_security_group").values():
        assert not {"ingress", "egress"} & body.keys()
    assert one("aws_lb")["internal"] is True
    assert one("aws_db_instance")["publicly_accessible"] is False
    (network,) = one("aws_ecs_service")["network_configuration"]
    assert network["assign_public_ip"] is False


def test_no_secret_is_written_down() -> None:
    """Passwords are drawn into write-only arguments, and containers name them by their ARN."""
    assert "password" not in one("aws_db_instance")
    assert "secret_string" not in one("aws_secretsmanager_secret_version")
    assert set(BLOCKS["ephemeral"][0]) - {"__is_block__"} == {"random_password"}
    for match in re.finditer(r"postgresql(?:\+asyncpg)?://\w+:([^@]*)@", TEXT):
        assert match[1].startswith("${ephemeral.random_password.this["), match[0]
    assert not re.search(r"AKIA[0-9A-Z]{16}|BEGIN [A-Z ]*PRIVATE KEY", TEXT)
    for block in BLOCKS["variable"]:
        for name in block:
            assert not re.search(r"password$|secret|token", name), name
    assert not list(FOLDER.glob("*.tfvars"))
    assert not list(FOLDER.glob("*.tfstate*"))


def test_a_container_cannot_change_itself() -> None:
    definitions = one("aws_ecs_task_definition")["container_definitions"]
    assert re.search(r"readonlyRootFilesystem\"?\s*[=:]\s*true", definitions)
    assert re.search(r"user\"?\s*[=:]\s*\"10002\"", definitions)
    assert re.search(r"drop\"?\s*[=:]\s*\[\"ALL\"\]", definitions)
    assert one("aws_ecr_repository")["image_tag_mutability"] == "IMMUTABLE"


def test_what_cannot_be_made_again_is_not_deleted_by_accident() -> None:
    database = one("aws_db_instance")
    assert database["deletion_protection"] is True
    assert database["skip_final_snapshot"] is False
    assert database["backup_retention_period"] >= 7
    assert "force_destroy" not in TEXT
    (versions,) = one("aws_s3_bucket_versioning")["versioning_configuration"]
    assert versions["status"] == "Enabled"


def test_every_variable_and_output_is_described() -> None:
    for kind in ("variable", "output"):
        for block in BLOCKS[kind]:
            for name, body in block.items():
                assert name.startswith("__") or body["description"], name


@pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not installed")
def test_the_files_have_terraforms_own_form() -> None:
    done = subprocess.run(
        ["terraform", "fmt", "-check", "-diff", "-recursive", str(FOLDER)],
        capture_output=True, text=True, env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
