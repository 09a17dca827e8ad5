{{ served('dim_calendar') }}
