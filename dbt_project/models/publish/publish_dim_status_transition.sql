{{ landing('dim_status_transition') }}
