{{ served('dim_status') }}
