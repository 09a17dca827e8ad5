variable "name" {
  description = "Begins the name of everything that is made."
  type        = string
  default     = "pqr"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.name))
    error_message = "Write name in lower-case letters, digits and hyphens, up to 21 of them."
  }
}

variable "region" {
  description = "Region of AWS."
  type        = string
  default     = "us-east-1"
}

variable "bucket" {
  description = "Name of the lake's bucket: unique in all of AWS."
  type        = string
}

variable "is_raw_write_once" {
  description = "The bucket refuses to overwrite raw objects. False only while a lake is copied in."
  type        = bool
  default     = true
}

variable "vpc_cidr" {
  description = "Private addresses of the network."
  type        = string
  default     = "10.40.0.0/16"
}

variable "viewer_cidrs" {
  description = "Private networks (VPN, offices) that may open the dashboard and Prefect's page."
  type        = list(string)

  validation {
    condition     = alltrue([for cidr in var.viewer_cidrs : tonumber(split("/", cidr)[1]) >= 8])
    error_message = "viewer_cidrs names networks of your own, not the whole internet."
  }
}

variable "certificate_arn" {
  description = "ACM certificate of the name under which people open the dashboard."
  type        = string
}

variable "host_name" {
  description = "The name of that certificate; it leads to the output balancer."
  type        = string
}

variable "image_tag" {
  description = "Tag or digest of the image in the repository that is made here."
  type        = string
}

variable "alarm_email" {
  description = "Who is told when something is wrong."
  type        = string
}

variable "database_class" {
  description = "Instance class of PostgreSQL."
  type        = string
  default     = "db.t4g.medium"
}

variable "database_gib" {
  description = "Storage of PostgreSQL, in GiB; it grows by itself up to four times of it."
  type        = number
  default     = 50
}

variable "is_highly_available" {
  description = "A standby of PostgreSQL in another zone."
  type        = bool
  default     = false
}

variable "workers" {
  description = "Dask workers, one thread each."
  type        = number
  default     = 2
}

variable "flow_cpu" {
  description = "Virtual processors of the flow, which runs dbt and DuckDB; each brings 4 GB."
  type        = number
  default     = 2

  validation {
    condition     = contains([1, 2, 4, 8, 16], var.flow_cpu)
    error_message = "Fargate has 1, 2, 4, 8 or 16."
  }
}

variable "passwords_version" {
  description = "Raise it by one to draw new passwords for PostgreSQL and Prefect."
  type        = number
  default     = 1
}
