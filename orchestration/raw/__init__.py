"""The simulated world into raw objects of the lake."""
