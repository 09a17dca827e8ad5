"""The control plane in Postgres: migrations, runs, tasks, checks."""
