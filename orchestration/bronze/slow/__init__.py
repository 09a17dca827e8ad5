"""The slow path: one line at a time; it decides, and names the reason why a line is refused."""
