{{ served('silver_tickets') }}
