{{ landing('dim_department') }}
