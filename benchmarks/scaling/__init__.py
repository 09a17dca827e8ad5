"""The parts of `python -m benchmarks.scale`: sizes, processes, what is measured, what it says."""
