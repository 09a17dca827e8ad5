{{ landing('dim_pqrs_type') }}
