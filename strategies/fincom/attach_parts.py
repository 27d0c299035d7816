"""The parts of an attach body (V2) by what they are, and edits that find them: the selfie may stand first or last.

Source: document 002, V2, Step 2 Attach Documents.
"""

from __future__ import annotations

from collections.abc import Callable

from harness.jsontypes import Json
from strategies.edits import Edit, change, drop, put
from strategies.placeholders import Upload

Where = Callable[[Json], Json]


def identity_of(body: Json) -> Json:
    """The identity document of a body: its first entry that is no selfie."""
    return next(entry for entry in body["identifying_documents"] if entry["type"] != "SELFIE")


def selfie_of(body: Json) -> Json:
    """The selfie of a body."""
    return next(entry for entry in body["identifying_documents"] if entry["type"] == "SELFIE")


def proof_of(body: Json) -> Json:
    """The address proof of a body."""
    return body["address_documents"][0]


def on(where: Where, *edits: Edit) -> tuple[Edit, ...]:
    """The same edits applied to one entry of the body."""

    def lifted(edit: Edit) -> Edit:
        def apply(body: Json) -> Json:
            edit.apply(where(body))
            return body

        return Edit(edit.name, apply)

    return tuple(lifted(edit) for edit in edits)


def missing(key: str) -> tuple[Edit, Edit]:
    """Without the key, and with null in its place."""
    leaf = key.rpartition(".")[2].replace("_", "-")
    return drop(key), put(key, None, name=f"{leaf}-null")


def absent(key: str) -> tuple[Edit, ...]:
    """Every way of not giving a text: no key, null, nothing in it."""
    leaf = key.rpartition(".")[2].replace("_", "-")
    return *missing(key), put(key, "", name=f"{leaf}-empty")


def sided(*sides: str | None) -> Callable[[Json], Json]:
    """The files of a document under these sides; missing ones are added in slots of their own, surplus ones left out."""

    def apply(files: Json) -> Json:
        uris = [entry["uri"] for entry in files] + [Upload(f"further-{index}") for index in range(3)]
        return [{"uri": uri} if side is None else {"side": side, "uri": uri} for side, uri in zip(sides, uris, strict=False)]

    return apply


def files_as(name: str, *sides: str | None) -> Edit:
    """A document with exactly these files."""
    return change("files", sided(*sides), name=name)
