"""Servers that misjudge the files of documents: how many, and of which side (002 V2 Identity Document Types & Side Requirements)."""

from typing import Any

from mockserver.fincom.faults.attach_builders import (
    SIDED,
    Document,
    Mend,
    Scene,
    Trait,
    files_of,
    keeps_first_file,
    mends_documents,
    refuses_documents,
)
from mockserver.fincom.faults.builders import fault
from mockserver.wrappers import Fault

FRONT, BACK = "FRONT", "BACK"
SIDES = (FRONT, BACK)
OTHER = {FRONT: BACK, BACK: FRONT}
PASSPORT = "PASSPORT"


def _sides(document: Document) -> list[Any]:
    return [file.get("side") for file in files_of(document)]


def _adds(side: str) -> Mend:
    """Make up the missing side of a document that has this one alone."""

    def mend(scene: Scene, document: Document) -> bool:
        if _sides(document) != [side]:
            return False
        document["files"].append({"side": OTHER[side], "uri": scene.spare_uri()})
        return True

    return mend


def _counts_only(_: Scene, document: Document) -> bool:
    sides = _sides(document)
    if len(sides) != 2 or sides[0] != sides[1] or sides[0] not in SIDES:
        return False
    files_of(document)[1]["side"] = OTHER[sides[0]]
    return True


def _infers_sides(_: Scene, document: Document) -> bool:
    files, sides = files_of(document), _sides(document)
    if len(files) != 2 or None not in sides or any(side not in (*SIDES, None) for side in sides):
        return False
    first = sides[0] or (OTHER[sides[1]] if sides[1] else FRONT)
    files[0]["side"], files[1]["side"] = first, OTHER[first]
    return True


def _overlooks_third(_: Scene, document: Document) -> bool:
    files = files_of(document)
    kept = [next((file for file in files if file.get("side") == side), None) for side in SIDES]
    if len(files) < 3 or None in kept:
        return False
    document["files"] = kept
    return True


def _takes_any_side(_: Scene, document: Document) -> bool:
    files = files_of(document)
    odd = [file for file in files if file.get("side") is not None and file["side"] not in SIDES]
    for file in odd:
        free = [side for side in SIDES if side not in [each.get("side") for each in files]]
        file["side"] = free[0]
    return bool(odd)


def _sides_are(*wanted: Any) -> Trait:
    return lambda _, document: _sides(document) == list(wanted)


# (name, rules, says, mend) of each two-sided type, {name} and {row} stand for it.
TWO_SIDED: tuple[tuple[str, str, str, Mend], ...] = (
    ("accepts_front_of_{name}_alone", "{row}-front-only-is-refused", "is content with the front of a {kind}", _adds(FRONT)),
    ("accepts_back_of_{name}_alone", "{row}-back-only-is-refused", "is content with the back of a {kind}", _adds(BACK)),
    (
        "counts_files_of_{name}_not_sides",
        "{row}-two-fronts-is-refused",
        "takes two files of one side of a {kind}",
        _counts_only,
    ),
    (
        "infers_sides_of_{name}",
        "{row}-no-sides-is-refused",
        "infers from their order which files of a {kind} are front and back",
        _infers_sides,
    ),
    (
        "overlooks_third_file_of_{name}",
        "{row}-three-files-is-refused",
        "overlooks a third file of a {kind}",
        _overlooks_third,
    ),
)


def _rows_of(kind: str) -> list[Fault]:
    words = {"kind": kind, "name": kind.lower(), "row": kind.lower().replace("_", "-")}
    mending = [
        fault(name.format(**words), row.format(**words), says.format(**words), mends_documents(mend, kind))
        for name, row, says, mend in TWO_SIDED
    ]
    ordered = fault(
        f"refuses_back_of_{words['name']}_first",
        f"{words['row']}-front-and-back-is-accepted",
        f"insists on the front of a {kind} before its back",
        refuses_documents("files", _sides_are(BACK, FRONT), kind),
    )
    return [*mending, ordered]


FAULTS: tuple[Fault, ...] = (
    *(row for kind in SIDED for row in _rows_of(kind)),
    fault(
        "demands_side_of_passport",
        "passport-without-side-is-accepted",
        "demands the side of a passport",
        refuses_documents("files.0.side", _sides_are(None), PASSPORT),
    ),
    fault(
        "forbids_side_of_passport",
        "passport-with-side-is-accepted",
        "forbids the side of a passport",
        refuses_documents("files.0.side", _sides_are(FRONT), PASSPORT),
    ),
    fault(
        "overlooks_second_file_of_passport",
        "passport-two-files-is-refused",
        "overlooks the second file of a passport",
        mends_documents(keeps_first_file, PASSPORT),
    ),
    fault("accepts_unknown_side", "unknown-side-is-refused", "takes any text for a side", mends_documents(_takes_any_side)),
)
