"""How the shapes of answers differ between two runs: fields, types, words of vocabularies, statuses, headers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from harness.shapes import Shape, Shapes

# Fewer answers of a kind than this say too little: a field that is sometimes absent may have been absent by chance.
ENOUGH = 5


class Answered(NamedTuple):
    """One difference. `was` and `now` are what was and is there, empty for nothing."""

    operation: str
    status: int
    says: str
    was: str
    now: str


def changed_answers(old: Shapes, new: Shapes) -> Iterator[Answered]:
    """Every difference between operations that both runs called."""
    before, after = ({(shape.operation, shape.status): shape for shape in shapes} for shapes in (old, new))
    called = {operation for operation, _ in before} & {operation for operation, _ in after}
    for key in sorted(before.keys() | after.keys()):
        if key[0] not in called:
            continue
        if key not in before:
            yield Answered(*key, "new status", "", str(key[1]))
        elif key not in after:
            yield Answered(*key, "lost status", str(key[1]), "")
        else:
            yield from _changed(before[key], after[key])


def _changed(old: Shape, new: Shape) -> Iterator[Answered]:
    gone, come = set(old.traits) - set(new.traits), set(new.traits) - set(old.traits)
    retyped = dict(_retyped(gone, come, set(old.traits) & set(new.traits)))
    for was, now in retyped.items():
        yield Answered(old.operation, old.status, "retyped", was, now)
    gone, come = gone - set(retyped), come - set(retyped.values())
    missing = {_path(trait) for trait in gone if ": " in trait}
    for trait in sorted(come):
        yield Answered(new.operation, new.status, f"new {_kind(trait)}", "", trait)
    for trait in sorted(gone):
        # What stood in or under a field that is gone went with it.
        if old.traits[trait] >= ENOUGH and not _within(_path(trait), missing, itself=": " not in trait):
            yield Answered(old.operation, old.status, f"lost {_kind(trait)}", trait, "")
    for trait in sorted(set(old.traits) & set(new.traits)):
        if old.traits[trait] == old.answers and new.traits[trait] < new.answers and min(old.answers, new.answers) >= ENOUGH:
            share = f"{trait} in {new.traits[trait]} of {new.answers}"
            yield Answered(old.operation, old.status, f"{_kind(trait)} no longer always there", trait, share)


def _retyped(gone: set[str], come: set[str], kept: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Fields of another type at the same path; a further type beside one that stays is news, not a change of type."""
    still = {_path(trait) for trait in kept if ": " in trait}
    types = {_path(trait): trait for trait in come if ": " in trait}
    for trait in sorted(gone):
        path = _path(trait)
        if ": " in trait and path in types and path not in still:
            yield trait, types[path]


def _within(path: str, missing: set[str], *, itself: bool) -> bool:
    return (itself and path in missing) or any(path.startswith(f"{each}/") for each in missing)


def _path(trait: str) -> str:
    """`/data/status` of `/data/status: string` and of `/data/status = APPROVED`."""
    return trait.partition(": ")[0].partition(" = ")[0]


def _kind(trait: str) -> str:
    if trait.startswith(("header ", "content-type ")):
        return trait.partition(" ")[0]
    return "field" if ": " in trait else "word"
