"""All mutations of a provider, from its specification and the closed sets of answers of its rules."""

from __future__ import annotations

from collections.abc import Iterator

from harness.errors import UsageError, did_you_mean
from harness.openapi import Specification, specification
from harness.rules import Catalogue
from harness.run import Run
from harness.wire.answers import AnswerMutations
from harness.wire.behaviours import Behaviours
from harness.wire.document import Document
from harness.wire.mutation import Mutation
from harness.wire.promises import Promises, closed_sets


def mutations_of(provider: str, documents: Specification, catalogue: Catalogue) -> Iterator[Mutation]:
    """Every way to be wrong on the wire to which the documents have something to say."""
    document = Document(documents)
    promises = promises_of(provider, document, catalogue)
    for operation in document.operations:
        yield from AnswerMutations(provider, document, operation, promises[operation.id])
    yield from Behaviours(provider, document)


def promises_of(provider: str, document: Document, catalogue: Catalogue) -> dict[str, Promises]:
    """What the documents promise of the answers of each operation."""
    return {each.id: Promises(document.replies(each), closed_sets(catalogue, provider, each.id)) for each in document.operations}


def described(run: Run, provider: str) -> Specification:
    """The provider's specification, or the several of it, at the run's target."""
    return specification(*run.target.providers[provider].documents)


def mutations(run: Run) -> list[Mutation]:
    """The mutations that a run asks for, by kind or by the beginning of a name. Raises `UsageError` where that is none."""
    made = [each for provider in run.providers for each in mutations_of(provider, described(run, provider), run.catalogue)]
    kinds = {each.kind for each in made}
    for wanted in run.only:
        if wanted != "all" and not any(_asked(each, wanted) for each in made):
            raise UsageError(f"--prove-wire {wanted}: no kind of mutation and no beginning of a name; {did_you_mean(wanted, kinds)}")
    return [each for each in made if any(wanted == "all" or _asked(each, wanted) for wanted in run.only)]


def _asked(mutation: Mutation, wanted: str) -> bool:
    return mutation.kind == wanted or (mutation.name.startswith(wanted) and "/" in wanted)
