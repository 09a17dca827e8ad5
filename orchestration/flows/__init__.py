"""Prefect flows: thin tasks over the plain functions of the layers."""
