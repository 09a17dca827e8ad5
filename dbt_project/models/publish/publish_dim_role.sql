{{ landing('dim_role') }}
