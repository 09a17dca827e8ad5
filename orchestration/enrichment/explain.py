"""What each model makes of a text, and what it names: lines for people, personal data masked."""

from collections.abc import Iterator

from orchestration.enrichment.classifier import judged
from orchestration.enrichment.entities import find_entities, masked
from orchestration.enrichment.model import Models
from orchestration.enrichment.places import find_places
from orchestration.enrichment.topics import topic_rules
from orchestration.enrichment.words import words_of


def explained(models: Models, text: str) -> Iterator[str]:
    """Yield the lines: the masked text, each model with its reasons, the topic, what is named."""
    entities = find_entities(text)
    yield masked(text, entities)
    for name, answers in judged(models, [text]).items():
        answer = answers[0]
        verdict = "abstains" if answer["abstained"] else "answers"
        guess = f"{answer['predicted_type'] or 'nothing'} {answer['predicted_priority'] or ''}"
        yield f"{name:10} {verdict:9} {guess:8} {answer['explain_json']}"
    (topic,) = topic_rules().judge(words_of([text]))
    verdict = "answers" if topic.topic else "abstains"
    about = f"{topic.topic}/{topic.subtopic}" if topic.topic else "nothing"
    yield f"{'topic':10} {verdict:9} {about:8} {topic.explain_json}"
    for entity in entities:
        yield f"{entity.kind:10} characters {entity.start} to {entity.end}"
    for place in find_places(text):
        code = place.geo_id or "several of this name"
        yield f"{'place':10} {place.value}: {code}"
