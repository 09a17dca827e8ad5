import pytest

from orchestration.errors import UsageError
from orchestration.settings.web_address import require_web_address


@pytest.mark.parametrize(
    "url",
    [
        "", "0", "inf", "/", "/dev/zero", "127.0.0.1:3000", "localhost:3000", "s3://x/y", "file:///etc",
        "http://", "http://:3000", "http://[::1", "http://host:0", "http://host:99999", "http://host:x",
        "http://a b:3000", "http://host\n:3000", "http://host/\u202e", "http://peña.example", "ftp://host",
        " http://host",
    ],
)  # fmt: skip
def test_what_cannot_be_asked_over_http_is_named(url: str) -> None:
    with pytest.raises(
        UsageError, match=r"--url=(?s:.*) is not a valid address: .*http://HOST:PORT"
    ):
        require_web_address("--url", url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:3000",
        "https://bi.example.org/metabase/",
        "http://[::1]:9093",
        "HTTP://host",
    ],
)
def test_an_address_is_accepted(url: str) -> None:
    require_web_address("--url", url)
