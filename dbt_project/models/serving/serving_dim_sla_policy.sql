{{ served('dim_sla_policy') }}
