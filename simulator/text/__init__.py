"""Colombian Spanish for the synthetic PQRS: phrase files that people edit, and their rendering."""
