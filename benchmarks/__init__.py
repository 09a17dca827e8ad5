"""What the product costs, beside yardsticks: `make bench`, `make bench-NAME`."""
