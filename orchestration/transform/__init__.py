"""dbt as a step of a run: one process, one invocation a layer, files staged for the committer."""
