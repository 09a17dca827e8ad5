"""The official report of an entity and its open data, from the published views alone."""
