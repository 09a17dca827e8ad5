"""Metabase as code: its content as files, and the calls that bring an instance to that content."""
