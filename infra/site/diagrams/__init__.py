"""The diagrams of the documentation, as code: `make diagrams` writes them into docs/diagrams."""
