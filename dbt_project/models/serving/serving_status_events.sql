{{ served('silver_status_events') }}
