{{ served('silver_message_entities') }}
