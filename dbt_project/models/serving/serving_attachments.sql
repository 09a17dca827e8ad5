{{ served('silver_attachments') }}
