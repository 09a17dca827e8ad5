"""What each model makes of a text, and what it names: lines for people, personal data masked."""

from collections.abc import Iterator
from typing import Any

from orchestration.enrichment.classifier import judged
from orchestration.enrichment.encoder import EncoderMissing
from orchestration.enrichment.entities import find_entities, masked
from orchestration.enrichment.head import ENCODER, EncoderModel, Head
from orchestration.enrichment.model import Models
from orchestration.enrichment.places import find_places
from orchestration.enrichment.sentences import speaking
from orchestration.enrichment.topics import topic_rules
from orchestration.enrichment.words import words_of


def explained(models: Models, encoder: EncoderModel, text: str) -> Iterator[str]:
    """Yield the lines: the masked text, each model with its reasons, the topic, what is named."""
    entities = find_entities(text)
    yield masked(text, entities)
    for name, answers in judged(models, [text]).items():
        yield _line(name, answers[0])
    yield from _encoder_lines(encoder, text)
    (topic,) = topic_rules().judge(words_of([text]))
    verdict = "answers" if topic.topic else "abstains"
    about = f"{topic.topic}/{topic.subtopic}" if topic.topic else "nothing"
    yield f"{'topic':10} {verdict:9} {about:8} {topic.explain_json}"
    for entity in entities:
        yield f"{entity.kind:10} characters {entity.start} to {entity.end}"
    for place in find_places(text):
        code = place.geo_id or "several of this name"
        yield f"{'place':10} {place.value}: {code}"


def _line(name: str, answer: dict[str, Any]) -> str:
    verdict = "abstains" if answer["abstained"] else "answers"
    guess = f"{answer['predicted_type'] or 'nothing'} {answer['predicted_priority'] or ''}"
    return f"{name:10} {verdict:9} {guess:8} {answer['explain_json']}"


def _encoder_lines(encoder: EncoderModel, text: str) -> Iterator[str]:
    """Yield what `encoder_lr` says, and the sentences that speak most for its type."""
    head = Head(encoder)
    try:
        (answer,) = head.classify([text]).to_pylist()
    except EncoderMissing as error:
        yield f"{ENCODER:10} not asked: {error}"
        return
    yield _line(ENCODER, answer)
    for sentence in speaking(head, text, answer["predicted_type"]):
        span = f"characters {sentence.start} to {sentence.end}"
        yield f"{ENCODER:10} {span}: {sentence.weight:+.2f} for {answer['predicted_type']}"
