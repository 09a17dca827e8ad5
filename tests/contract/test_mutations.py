"""What `make mutation` takes away is still where it looks for it."""

import pytest

from tests.mutation import MUTATIONS, ROOT, Mutation


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda item: item.defence)
def test_a_mutation_finds_its_defence_and_its_test(mutation: Mutation) -> None:
    assert (ROOT / mutation.file).read_text(encoding="utf-8").count(mutation.text) == 1
    file, _, name = mutation.test.partition("::")
    assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")
