"""Addresses of web services that a user names, checked before anything is asked of them."""

from urllib.parse import urlsplit

from orchestration.errors import UsageError


def require_web_address(name: str, url: str) -> None:
    """Check that `url`, the value of the option or variable `name`, can be asked over HTTP.

    Raises:
        UsageError: Anything but http(s)://HOST[:PORT] and a path, in visible ASCII characters.
    """
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    # urlsplit drops line ends; what opens the connection refuses them, blanks and other letters.
    if not (is_address and url.isascii() and url.isprintable() and " " not in url):
        raise UsageError(f"{name}={url} is not a valid address: write it as http://HOST:PORT")
