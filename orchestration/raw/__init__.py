"""Raw: the simulator's events as objects of the lake, written once."""
