# How long each layer stays where it is quick to read. Nothing that a manifest names is deleted here:
# `pqr gc` does that. Retrieval is immediate in each class, since `pqr verify` reads all of it.
locals {
  layers = {
    raw        = { infrequent = 90, archive = 365 }
    bronze     = { infrequent = 90, archive = null }
    enrichment = { infrequent = 90, archive = null }
    silver     = { infrequent = 180, archive = null }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "lake" {
  bucket     = aws_s3_bucket.lake.id
  depends_on = [aws_s3_bucket_versioning.lake]

  dynamic "rule" {
    for_each = local.layers

    content {
      id     = rule.key
      status = "Enabled"

      filter {
        and {
          prefix = "${rule.key}/"
          # Smaller objects would cost more there.
          object_size_greater_than = 131072
        }
      }

      transition {
        days          = rule.value.infrequent
        storage_class = "STANDARD_IA"
      }

      dynamic "transition" {
        for_each = rule.value.archive == null ? [] : [rule.value.archive]

        content {
          days          = transition.value
          storage_class = "GLACIER_IR"
        }
      }
    }
  }

  rule {
    id     = "sandboxes"
    status = "Enabled"

    filter {
      prefix = "dev/"
    }

    expiration {
      days = 30
    }
  }

  rule {
    id     = "leftovers"
    status = "Enabled"

    # All objects.
    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 30
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}
