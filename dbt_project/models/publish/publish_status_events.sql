{{ landing('silver_status_events') }}
