{{ landing('dim_priority') }}
