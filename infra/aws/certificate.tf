# Dask's certificate, made by the job `certificates`: scheduler, workers and flow read it.
resource "aws_efs_file_system" "certificate" {
  encrypted  = true
  kms_key_id = aws_kms_key.this.arn
  tags       = { Name = "${var.name}-certificate" }
}

resource "aws_efs_mount_target" "certificate" {
  count           = length(aws_subnet.private)
  file_system_id  = aws_efs_file_system.certificate.id
  subnet_id       = aws_subnet.private[count.index].id
  security_groups = [aws_security_group.this["certificates"].id]
}

resource "aws_efs_access_point" "certificate" {
  file_system_id = aws_efs_file_system.certificate.id

  posix_user {
    uid = 10002
    gid = 10002
  }

  root_directory {
    path = "/dask"

    creation_info {
      owner_uid   = 10002
      owner_gid   = 10002
      permissions = "0700"
    }
  }
}

resource "aws_efs_file_system_policy" "certificate" {
  file_system_id = aws_efs_file_system.certificate.id
  policy         = data.aws_iam_policy_document.certificate.json
}

data "aws_iam_policy_document" "certificate" {
  statement {
    sid       = "Readers"
    actions   = ["elasticfilesystem:ClientMount"]
    resources = [aws_efs_file_system.certificate.arn]

    principals {
      type        = "AWS"
      identifiers = [for name in ["flow", "scheduler", "worker"] : aws_iam_role.task[name].arn]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["true"]
    }
  }

  statement {
    sid       = "Maker"
    actions   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
    resources = [aws_efs_file_system.certificate.arn]

    principals {
      type        = "AWS"
      identifiers = [aws_iam_role.task["certificates"].arn]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["true"]
    }
  }
}
