"""The fast path: canonical lines, many at once, with NumPy; any other line is left to `slow`."""
