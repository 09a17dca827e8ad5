"""What can go wrong before any event is made: each error names the argument and the value."""


class SimulationError(ValueError):
    """Base of the simulator's errors."""


class ConfigError(SimulationError):
    """A configuration that cannot be used: file, parameter and value are in the message."""


class RangeError(SimulationError):
    """Days outside the world or the business calendar."""


class TargetError(SimulationError):
    """A folder that cannot be written."""


class CalibrationError(SimulationError):
    """A breach target that no scale of the durations reaches."""
