"""Publication: batches landed in Postgres, and the pointer that says which of them people see."""
