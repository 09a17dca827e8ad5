"""Queries over what is committed in the lake, by people."""
