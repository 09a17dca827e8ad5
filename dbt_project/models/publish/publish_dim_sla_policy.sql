{{ landing('dim_sla_policy') }}
