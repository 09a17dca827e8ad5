{{ served('dim_role') }}
