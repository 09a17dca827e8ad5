"""How close a simulated world comes to its configuration, measured on its raw events alone."""
