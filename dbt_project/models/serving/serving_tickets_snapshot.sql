{{ served('gold_tickets_snapshot') }}
