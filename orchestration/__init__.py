"""Everything after the simulator: runs, layers, checks, publication and the services they need."""
