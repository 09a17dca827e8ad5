output "balancer" {
  description = "What host_name has to lead to: a CNAME or an alias in your DNS."
  value       = aws_lb.this.dns_name
}

output "repository" {
  description = "Where the image is pushed to."
  value       = aws_ecr_repository.this.repository_url
}

output "bucket" {
  description = "The lake."
  value       = aws_s3_bucket.lake.id
}

output "jobs" {
  description = "Task definitions of the jobs, for `aws ecs run-task`."
  value       = { for name in keys(local.jobs) : name => aws_ecs_task_definition.this[name].arn }
}

output "network_of_jobs" {
  description = "The --network-configuration of a job. Both jobs may do what the flow may in the network."
  value = jsonencode({
    awsvpcConfiguration = {
      subnets        = aws_subnet.private[*].id
      securityGroups = [aws_security_group.this["flow"].id]
      assignPublicIp = "DISABLED"
    }
  })
}
