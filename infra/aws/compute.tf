# Fargate: a task definition for each entry of services.tf, a service for those that stay.
resource "aws_ecr_repository" "this" {
  name                 = var.name
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.this.arn
  }
}

resource "aws_ecs_cluster" "this" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_task_definition" "this" {
  for_each                 = local.tasks
  family                   = "${var.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.value.cpu
  memory                   = each.value.memory
  execution_role_arn       = aws_iam_role.execution[each.key].arn
  task_role_arn            = aws_iam_role.task[each.key].arn

  # For /var/lib/pqr: what is being computed, and local copies of the lake's objects.
  ephemeral_storage {
    size_in_gib = contains(["flow", "worker"], each.key) ? 100 : 21
  }

  volume {
    name = "home"
  }

  dynamic "volume" {
    for_each = each.value.has_certificate ? ["certificate"] : []

    content {
      name = volume.value

      efs_volume_configuration {
        file_system_id     = aws_efs_file_system.certificate.id
        transit_encryption = "ENABLED"

        authorization_config {
          access_point_id = aws_efs_access_point.certificate.id
          iam             = "ENABLED"
        }
      }
    }
  }

  container_definitions = jsonencode([{
    name                   = each.key
    image                  = "${aws_ecr_repository.this.repository_url}:${var.image_tag}"
    command                = each.value.command
    essential              = true
    user                   = "10002"
    readonlyRootFilesystem = true
    linuxParameters        = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
    environment = [
      for name, value in merge(each.value.environment, { TMPDIR = "/var/lib/pqr/tmp" }) :
      { name = name, value = value }
    ]
    secrets = [
      for name, secret in each.value.secrets :
      { name = name, valueFrom = aws_secretsmanager_secret.this[secret].arn }
    ]
    mountPoints = concat(
      [{ sourceVolume = "home", containerPath = "/var/lib/pqr", readOnly = false }],
      each.value.has_certificate ? [{
        sourceVolume  = "certificate"
        containerPath = "/run/pqr"
        readOnly      = each.key != "certificates"
      }] : []
    )
    healthCheck = try(each.value.health, null) == null ? null : {
      command     = ["CMD", "python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:${try(each.value.health, "")}')"]
      interval    = 30
      timeout     = 10
      retries     = 3
      startPeriod = 120
    }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this[each.key].name
        awslogs-region        = var.region
        awslogs-stream-prefix = each.key
      }
    }
  }])
}

resource "aws_ecs_service" "this" {
  for_each        = local.services
  name            = each.key
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.this[each.key].arn
  desired_count   = each.value.count
  launch_type     = "FARGATE"
  # A second flow beside the first would find the world held: the old one ends first.
  deployment_minimum_healthy_percent = each.key == "dashboard" ? 100 : 0
  deployment_maximum_percent         = each.key == "dashboard" ? 200 : 100

  network_configuration {
    subnets          = aws_subnet.private[*].id
    security_groups  = [aws_security_group.this[each.key].id]
    assign_public_ip = false
  }

  dynamic "service_registries" {
    for_each = contains(keys(aws_service_discovery_service.this), each.key) ? [each.key] : []

    content {
      registry_arn = aws_service_discovery_service.this[service_registries.value].arn
    }
  }

  dynamic "load_balancer" {
    for_each = contains(keys(local.pages), each.key) ? [local.pages[each.key]] : []

    content {
      target_group_arn = aws_lb_target_group.this[each.key].arn
      container_name   = each.key
      container_port   = load_balancer.value.port
    }
  }
}

resource "aws_service_discovery_private_dns_namespace" "this" {
  name = "${var.name}.internal"
  vpc  = aws_vpc.this.id
}

resource "aws_service_discovery_service" "this" {
  for_each = toset(["prefect", "scheduler"])
  name     = each.key

  dns_config {
    namespace_id = aws_service_discovery_private_dns_namespace.this.id

    dns_records {
      type = "A"
      ttl  = 10
    }
  }
}
