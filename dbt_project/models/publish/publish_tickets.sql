{{ landing('silver_tickets') }}
