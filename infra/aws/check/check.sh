#!/bin/sh
# Validate infra/aws and plan it with a mock: `make check-terraform`. Needs Terraform, Go and npm, no account.
# In the place of HashiCorp's providers stands main.go, which serves the arguments of hashicorp/aws as its
# bindings for CDKTF name them. Tools come from package registries into .venv/terraform, once.
set -eu
cd "$(dirname "$0")/.."
here=$PWD
python=$here/../../.venv/bin/python
tools=$here/../../.venv/terraform
mkdir -p "$tools/aws" "$tools/random"
tools=$(cd "$tools" && pwd)

if [ ! -d "$tools/package" ]; then
    (cd "$tools" && npm pack --silent @cdktf/provider-aws@21.22.1 && tar xzf cdktf-provider-aws-21.22.1.tgz)
fi
"$python" check/schema.py "$tools/package/lib" >"$tools/schema.json"
if [ ! -x "$tools/random/terraform-provider-random" ]; then
    (cd check && go build -o "$tools/aws/terraform-provider-aws" .)
    cp "$tools/aws/terraform-provider-aws" "$tools/random/terraform-provider-random"
fi
cat >"$tools/cli.tfrc" <<END
provider_installation {
  dev_overrides {
    "hashicorp/aws"    = "$tools/aws"
    "hashicorp/random" = "$tools/random"
  }
  direct {}
}
END
export TF_CLI_CONFIG_FILE="$tools/cli.tfrc" PROVIDER_SCHEMA="$tools/schema.json" CHECKPOINT_DISABLE=1
terraform fmt -check -recursive .
terraform validate -no-color
terraform test -no-color
