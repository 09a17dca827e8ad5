"""The configuration of the synthetic world."""

from simulator.config.load import SimulationConfig, load_config, scenarios

__all__ = ["SimulationConfig", "load_config", "scenarios"]
