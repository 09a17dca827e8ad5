{{ served('dim_department') }}
