{{ served('dim_status_transition') }}
