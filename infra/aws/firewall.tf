# Who may open a connection to whom. What is not listed is refused, in both directions.
locals {
  groups = toset([
    "balancer", "certificates", "dashboard", "database", "endpoints", "flow", "prefect", "scheduler",
    "worker",
  ])

  connections = {
    "balancer to dashboard"     = { from = "balancer", to = "dashboard", port = 8501 }
    "balancer to prefect"       = { from = "balancer", to = "prefect", port = 4200 }
    "dashboard to database"     = { from = "dashboard", to = "database", port = 5432 }
    "flow to database"          = { from = "flow", to = "database", port = 5432 }
    "flow to prefect"           = { from = "flow", to = "prefect", port = 4200 }
    "flow to scheduler"         = { from = "flow", to = "scheduler", port = 8786 }
    "flow to certificates"      = { from = "flow", to = "certificates", port = 2049 }
    "prefect to database"       = { from = "prefect", to = "database", port = 5432 }
    "scheduler to certificates" = { from = "scheduler", to = "certificates", port = 2049 }
    "scheduler to nanny"        = { from = "scheduler", to = "worker", port = 8791 }
    "scheduler to worker"       = { from = "scheduler", to = "worker", port = 8790 }
    "worker to certificates"    = { from = "worker", to = "certificates", port = 2049 }
    "worker to scheduler"       = { from = "worker", to = "scheduler", port = 8786 }
    "worker to worker"          = { from = "worker", to = "worker", port = 8790 }
  }

  # Each of these is started by ECS, which draws its image and secrets for it.
  started = toset(["dashboard", "flow", "prefect", "scheduler", "worker"])
}

resource "aws_security_group" "this" {
  for_each    = local.groups
  name        = "${var.name}-${each.key}"
  description = "${var.name}: ${each.key}"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "connection" {
  for_each                     = local.connections
  description                  = each.key
  security_group_id            = aws_security_group.this[each.value.to].id
  referenced_security_group_id = aws_security_group.this[each.value.from].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "connection" {
  for_each                     = local.connections
  description                  = each.key
  security_group_id            = aws_security_group.this[each.value.from].id
  referenced_security_group_id = aws_security_group.this[each.value.to].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  for_each                     = local.started
  description                  = "${each.key} to services of AWS"
  security_group_id            = aws_security_group.this["endpoints"].id
  referenced_security_group_id = aws_security_group.this[each.key].id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "endpoints" {
  for_each                     = local.started
  description                  = "${each.key} to services of AWS"
  security_group_id            = aws_security_group.this[each.key].id
  referenced_security_group_id = aws_security_group.this["endpoints"].id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

# The layers of images lie in S3 too.
resource "aws_vpc_security_group_egress_rule" "s3" {
  for_each          = local.started
  description       = "${each.key} to S3"
  security_group_id = aws_security_group.this[each.key].id
  prefix_list_id    = aws_vpc_endpoint.s3.prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "viewers" {
  for_each = {
    for pair in setproduct(var.viewer_cidrs, values(local.pages)[*].listener) :
    "${pair[0]} ${pair[1]}" => { cidr = pair[0], port = pair[1] }
  }
  description       = "people"
  security_group_id = aws_security_group.this["balancer"].id
  cidr_ipv4         = each.value.cidr
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}
