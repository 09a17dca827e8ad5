"""Events that the simulator did not write, into a world of their own."""
