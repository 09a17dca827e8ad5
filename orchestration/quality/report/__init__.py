"""The results of a run as people and machines read them."""
