"""The embedded S3 server and PostgreSQL, and the health of whichever services are used."""
