{{ landing('dim_calendar') }}
