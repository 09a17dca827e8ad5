# Drawn here, written to PostgreSQL and to Secrets Manager, and kept in no state: raise
# passwords_version for new ones.
ephemeral "random_password" "this" {
  for_each = toset(["admin", "writer", "reader", "prefect", "prefect-page"])
  length   = 40
  # Part of a URL.
  special = false
}

locals {
  database = "${aws_db_instance.this.address}:5432/pqr_lakehouse"

  secrets = toset(["admin-dsn", "writer-dsn", "reader-dsn", "prefect-dsn", "prefect-login"])
}

resource "aws_secretsmanager_secret" "this" {
  for_each                = local.secrets
  name                    = "${var.name}/${each.key}"
  kms_key_id              = aws_kms_key.this.arn
  recovery_window_in_days = 7
}

resource "aws_secretsmanager_secret_version" "this" {
  for_each  = local.secrets
  secret_id = aws_secretsmanager_secret.this[each.key].id
  secret_string_wo = {
    admin-dsn     = "postgresql://pqr_admin:${ephemeral.random_password.this["admin"].result}@${local.database}?sslmode=require"
    writer-dsn    = "postgresql://lake_writer:${ephemeral.random_password.this["writer"].result}@${local.database}?sslmode=require"
    reader-dsn    = "postgresql://bi_reader:${ephemeral.random_password.this["reader"].result}@${local.database}?sslmode=require"
    prefect-dsn   = "postgresql+asyncpg://prefect:${ephemeral.random_password.this["prefect"].result}@${aws_db_instance.this.address}:5432/prefect?ssl=require"
    prefect-login = "pqr:${ephemeral.random_password.this["prefect-page"].result}"
  }[each.key]
  secret_string_wo_version = var.passwords_version
}
