{{ served('dim_channel') }}
