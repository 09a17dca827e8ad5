{{ landing('dim_geo') }}
