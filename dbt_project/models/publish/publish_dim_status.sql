{{ landing('dim_status') }}
