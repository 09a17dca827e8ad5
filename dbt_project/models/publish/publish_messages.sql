{{ landing('silver_messages') }}
