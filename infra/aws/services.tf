# What runs: the commands of infra/local/compose.yaml, on AWS's own services.
locals {
  certificate = ["--tls-ca-file", "/run/pqr/dask.crt", "--tls-cert", "/run/pqr/dask.crt", "--tls-key", "/run/pqr/dask.key"]

  lake = {
    AWS_ENDPOINT_URL = "https://s3.${var.region}.amazonaws.com"
    # No keys are given: those of the task's role, renewed while it works.
    PQR_S3_CREDENTIALS = "chain"
    AWS_REGION         = var.region
    PQR_BUCKET         = var.bucket
  }

  flow = merge(local.lake, {
    PQR_DASK_SCHEDULER           = "tls://scheduler.${var.name}.internal:8786"
    PQR_DASK_TLS_CA              = "/run/pqr/dask.crt"
    PQR_DASK_TLS_CERT            = "/run/pqr/dask.crt"
    PQR_DASK_TLS_KEY             = "/run/pqr/dask.key"
    PQR_LOG_FORMAT               = "json"
    PREFECT_API_URL              = "http://prefect.${var.name}.internal:4200/api"
    PREFECT_HOME                 = "/var/lib/pqr/prefect"
    PREFECT_RUNNER_SERVER_ENABLE = "true"
  })

  # secrets: variable of the container => name in Secrets Manager. health: port and path.
  services = {
    scheduler = {
      cpu = 512, memory = 2048, count = 1, has_certificate = true, health = "8787/health"
      command = concat(["dask", "scheduler", "--protocol", "tls", "--host", "0.0.0.0", "--port", "8786",
      "--dashboard-address", ":8787"], local.certificate)
      environment = {}
      secrets     = {}
    }

    worker = {
      cpu = 1024, memory = 4096, count = var.workers, has_certificate = true, health = "8788/health"
      command = concat(["dask", "worker", "tls://scheduler.${var.name}.internal:8786", "--nworkers", "1",
        "--nthreads", "1", "--memory-limit", "3GiB", "--local-directory", "/var/lib/pqr/dask",
        "--worker-port", "8790", "--nanny-port", "8791", "--dashboard-address", ":8788"],
      local.certificate)
      environment = local.lake
      secrets     = {}
    }

    prefect = {
      cpu     = 512, memory = 2048, count = 1, has_certificate = false, health = "4200/api/health"
      command = ["prefect", "server", "start", "--host", "0.0.0.0", "--port", "4200"]
      environment = {
        PREFECT_SERVER_ANALYTICS_ENABLED    = "false"
        PREFECT_SERVER_CORS_ALLOWED_ORIGINS = "https://${var.host_name}:4200"
        PREFECT_UI_API_URL                  = "https://${var.host_name}:4200/api"
      }
      secrets = {
        PREFECT_API_DATABASE_CONNECTION_URL = "prefect-dsn"
        PREFECT_SERVER_API_AUTH_STRING      = "prefect-login"
      }
    }

    flow = {
      cpu         = 1024 * var.flow_cpu, memory = 4096 * var.flow_cpu, count = 1, has_certificate = true, health = "8080/health"
      command     = ["pqr", "schedule"]
      environment = local.flow
      secrets = {
        PQR_POSTGRES_DSN        = "writer-dsn"
        PREFECT_API_AUTH_STRING = "prefect-login"
      }
    }

    dashboard = {
      cpu         = 512, memory = 2048, count = 1, has_certificate = false, health = "8501/_stcore/health"
      command     = ["pqr", "dashboard", "--address", "0.0.0.0", "--port", "8501"]
      environment = {}
      secrets     = { PQR_POSTGRES_DSN = "reader-dsn" }
    }
  }

  # Tasks that end: started by hand once, and after each new version (README.md).
  jobs = {
    certificates = {
      cpu         = 256, memory = 512, has_certificate = true
      command     = ["python", "-m", "orchestration.services.certificates", "dask", "/run/pqr"]
      environment = {}
      secrets     = {}
    }

    migrate = {
      cpu         = 512, memory = 1024, has_certificate = false
      command     = ["sh", "-c", "python -m orchestration.services.logins && pqr up"]
      environment = local.lake
      secrets = {
        PQR_POSTGRES_DSN                    = "writer-dsn"
        PQR_POSTGRES_ADMIN_DSN              = "admin-dsn"
        PQR_POSTGRES_READER_DSN             = "reader-dsn"
        PREFECT_API_DATABASE_CONNECTION_URL = "prefect-dsn"
      }
    }
  }

  tasks = merge(local.services, local.jobs)

  # What people open, and at which port of the balancer.
  pages = {
    dashboard = { listener = 443, port = 8501, health = "/_stcore/health" }
    prefect   = { listener = 4200, port = 4200, health = "/api/health" }
  }
}
