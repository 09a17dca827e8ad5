import os
from pathlib import Path

import pytest

from orchestration.ingest.mapping import MappingError, load_mapping


def test_a_pipe_or_a_device_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for endless in (pipe, Path("/dev/zero")):
        with pytest.raises(MappingError, match=f"{endless} is not a regular file"):
            load_mapping(endless)
