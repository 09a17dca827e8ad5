{{ served('dim_dependencia') }}
