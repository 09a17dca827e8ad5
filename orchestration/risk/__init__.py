"""The model of late risk: how likely an open case is to be closed beyond its term."""
