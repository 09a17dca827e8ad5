{{ served('silver_term_extensions') }}
