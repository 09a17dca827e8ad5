"""`encoder_lr` gives the same answers in every process, with any number of threads."""

import json
import subprocess
import sys

from orchestration.settings import PROJECT_ROOT
from tests.unit.enrichment.test_model import AWKWARD

TEXTS = [*AWKWARD.values(), "que\u200bja", "sugiero más árboles en el parque"]
_PRINTED = """
import hashlib, json, sys
from orchestration.enrichment.head import Head, read_encoder
texts = json.load(sys.stdin)
said = Head(read_encoder()).classify(texts).to_pylist()
print(hashlib.sha256(json.dumps(said).encode()).hexdigest())
"""


def digest_in_a_process(threads: str) -> str:
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    done = subprocess.run(
        [sys.executable, "-c", _PRINTED],
        input=json.dumps(TEXTS),
        env=dict.fromkeys(names, threads),
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_processes_and_threads_give_the_same_answers() -> None:
    assert digest_in_a_process("1") == digest_in_a_process("2")
