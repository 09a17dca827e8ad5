{{ landing('dim_channel') }}
