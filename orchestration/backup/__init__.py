"""Backup and restore: the control plane as a dump, or rebuilt from the bucket alone."""
