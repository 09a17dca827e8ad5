"""What can go wrong with a service, each with the way out in its message."""

from orchestration.errors import ServiceUnavailable


class PortTaken(ServiceUnavailable):
    """Another process listens where an embedded service should."""

    may_pass = False


class StartFailed(ServiceUnavailable):
    """A server did not start, or ended before it answered."""


class NotReady(ServiceUnavailable):
    """A server lives but does not answer in time."""


class NotRunning(ServiceUnavailable):
    """An embedded service is not up."""


class Unreachable(ServiceUnavailable):
    """Nothing answers at an address."""


class Refused(ServiceUnavailable):
    """A service answers, and refuses the credentials or the request."""

    may_pass = False


class DiskFull(ServiceUnavailable):
    """Too little space is left for a service to start."""

    may_pass = False


class NoAccount(ServiceUnavailable):
    """PostgreSQL refuses to run as root and no other user can run it."""

    may_pass = False
