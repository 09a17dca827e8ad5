{{ served('silver_case_topics') }}
