{{ served('dim_priority') }}
