# Who does what in the bucket. Scheduler, Prefect, dashboard and the certificate's maker: nothing.
locals {
  lake_access = {
    # Reads raw, writes what its tasks make. Simulation, bronze and enrichment run here.
    worker = {
      writes  = ["raw", "bronze", "enrichment"]
      deletes = []
    }
    # Commits every layer. What no manifest names is collected by `pqr gc`; raw and manifests stay.
    flow = {
      writes  = ["raw", "bronze", "enrichment", "silver", "gold", "truth", "manifests", "logs", "iceberg"]
      deletes = ["bronze", "enrichment", "silver", "gold", "truth", "iceberg"]
    }
    # Looks whether the bucket is there.
    migrate = {
      writes  = []
      deletes = []
    }
  }
}

resource "aws_iam_role_policy" "lake" {
  for_each = local.lake_access
  name     = "lake"
  role     = aws_iam_role.task[each.key].id
  policy   = data.aws_iam_policy_document.lake_access[each.key].json
}

data "aws_iam_policy_document" "lake_access" {
  for_each = local.lake_access

  statement {
    sid       = "List"
    actions   = ["s3:ListBucket", "s3:GetBucketLocation"]
    resources = [aws_s3_bucket.lake.arn]
  }

  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.lake.arn}/*"]
  }

  dynamic "statement" {
    for_each = length(each.value.writes) == 0 ? [] : ["write"]

    content {
      sid       = "Write"
      actions   = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
      resources = [for layer in each.value.writes : "${aws_s3_bucket.lake.arn}/${layer}/*"]
    }
  }

  dynamic "statement" {
    for_each = length(each.value.deletes) == 0 ? [] : ["delete"]

    content {
      sid       = "Collect"
      actions   = ["s3:DeleteObject"]
      resources = [for layer in each.value.deletes : "${aws_s3_bucket.lake.arn}/${layer}/*"]
    }
  }

  statement {
    sid       = "KeyOfObjects"
    actions   = length(each.value.writes) == 0 ? ["kms:Decrypt"] : ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.this.arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.region}.amazonaws.com"]
    }
  }
}
