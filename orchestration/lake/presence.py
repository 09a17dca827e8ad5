"""Whether a committed layer is still all there: cheap enough to ask before every skip."""

from concurrent.futures import ThreadPoolExecutor

from orchestration.lake.manifest import Manifest
from orchestration.lake.store import ObjectStore

_PARALLEL = 16


def missing_objects(store: ObjectStore, manifest: Manifest) -> tuple[str, ...]:
    """Keys of the manifest that are not in the bucket, or not with their size."""

    def is_missing(index: int) -> bool:
        ref = manifest.objects[index]
        facts = store.head(ref.key)
        return facts is None or facts.size != ref.size

    with ThreadPoolExecutor(_PARALLEL) as pool:
        found = pool.map(is_missing, range(len(manifest.objects)))
        pairs = zip(manifest.objects, found, strict=True)
        return tuple(ref.key for ref, missing in pairs if missing)
