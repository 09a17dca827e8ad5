{{ served('silver_messages') }}
