{{ served('dim_pqrs_type') }}
