"""The synthetic PQRS world: a pure function of seed, configuration and day."""
