# Logs, and who is told of what. The alerts of Prometheus (docs/observability.md) ask more; these need
# nothing but AWS.
resource "aws_cloudwatch_log_group" "this" {
  for_each          = toset(concat(keys(local.tasks), ["network"]))
  name              = "/${var.name}/${each.key}"
  retention_in_days = 90
  kms_key_id        = aws_kms_key.this.arn
}

resource "aws_cloudwatch_log_group" "database" {
  name              = "/aws/rds/instance/${var.name}/postgresql"
  retention_in_days = 30
  kms_key_id        = aws_kms_key.this.arn
}

resource "aws_sns_topic" "alarms" {
  name              = "${var.name}-alarms"
  kms_master_key_id = aws_kms_key.this.arn
}

resource "aws_sns_topic_subscription" "email" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

# What Prefect says at the end of a flow run.
resource "aws_cloudwatch_log_metric_filter" "ended" {
  for_each = {
    completed = "\"Finished in state Completed\""
    failed    = "?\"Finished in state Failed\" ?\"Finished in state Crashed\" ?\"exited with status code\""
  }
  name           = "${var.name}-${each.key}"
  log_group_name = aws_cloudwatch_log_group.this["flow"].name
  pattern        = each.value

  metric_transformation {
    namespace = var.name
    name      = "flow-runs-${each.key}"
    value     = "1"
  }
}

locals {
  day = 86400

  alarms = {
    flow-failed = {
      says      = "A flow run failed: people see the publication before it."
      namespace = var.name, metric = "flow-runs-failed", statistic = "Sum", dimensions = {}
      compares  = "GreaterThanThreshold", threshold = 0, period = 300, missing = "notBreaching"
    }
    nothing-completed = {
      says      = "No flow run was completed for a day."
      namespace = var.name, metric = "flow-runs-completed", statistic = "Sum", dimensions = {}
      compares  = "LessThanThreshold", threshold = 1, period = local.day, missing = "breaching"
    }
    database-storage = {
      says       = "Less than 5 GiB of PostgreSQL's storage is free."
      namespace  = "AWS/RDS", metric = "FreeStorageSpace", statistic = "Minimum"
      dimensions = { DBInstanceIdentifier = aws_db_instance.this.identifier }
      compares   = "LessThanThreshold", threshold = 5368709120, period = 300, missing = "breaching"
    }
    database-processor = {
      says       = "PostgreSQL has been busy for an hour."
      namespace  = "AWS/RDS", metric = "CPUUtilization", statistic = "Average"
      dimensions = { DBInstanceIdentifier = aws_db_instance.this.identifier }
      compares   = "GreaterThanThreshold", threshold = 90, period = 3600, missing = "breaching"
    }
  }

  alarms_of_services = {
    for name in keys(local.services) : "${name}-away" => {
      says       = "Too few tasks of ${name} run."
      namespace  = "ECS/ContainerInsights", metric = "RunningTaskCount", statistic = "Minimum"
      dimensions = { ClusterName = aws_ecs_cluster.this.name, ServiceName = name }
      compares   = "LessThanThreshold", threshold = local.services[name].count, period = 900
      missing    = "breaching"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each            = merge(local.alarms, local.alarms_of_services)
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.says
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = each.value.compares
  threshold           = each.value.threshold
  period              = each.value.period
  evaluation_periods  = 1
  treat_missing_data  = each.value.missing
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_iam_role" "flow_log" {
  name               = "${var.name}-flow-log"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_flow_logs.json
}

data "aws_iam_policy_document" "assumed_by_flow_logs" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_iam_role_policy" "flow_log" {
  role   = aws_iam_role.flow_log.id
  policy = data.aws_iam_policy_document.flow_log.json
}

data "aws_iam_policy_document" "flow_log" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
    resources = [aws_cloudwatch_log_group.this["network"].arn, "${aws_cloudwatch_log_group.this["network"].arn}:log-stream:*"]
  }
}
