# `terraform test`: a whole plan against a provider that answers by itself. No account is needed.
mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_data "aws_availability_zones" {
    defaults = { names = ["us-east-1a", "us-east-1b", "us-east-1c"] }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  bucket          = "pqr-lakehouse-test"
  viewer_cidrs    = ["10.0.0.0/16", "10.1.0.0/16"]
  certificate_arn = "arn:aws:acm:us-east-1:111122223333:certificate/test"
  host_name       = "pqr.example.org"
  image_tag       = "0.1.0"
  alarm_email     = "data@example.org"
}

run "everything_is_planned" {
  command = plan

  assert {
    condition     = length(aws_ecs_task_definition.this) == 7 && length(aws_ecs_service.this) == 5
    error_message = "Five services and two jobs are planned."
  }

  assert {
    condition     = length(aws_iam_role.task) == 7 && length(aws_iam_role.execution) == 7
    error_message = "Each task has two roles of its own."
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.viewers) == 4
    error_message = "Each network may open each page."
  }
}

run "the_internet_is_no_viewer" {
  command = plan

  variables {
    viewer_cidrs = ["0.0.0.0/0"]
  }

  expect_failures = [var.viewer_cidrs]
}
