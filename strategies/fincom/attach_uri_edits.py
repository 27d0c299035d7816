"""Named edits of the file URIs in Fin.com's attach body (V2): absent, unknown, somebody else's, shared.

Source: document 002, V2, Key Rules; Common Pitfalls (duplicate file URIs).
"""

from __future__ import annotations

import string
from pathlib import PurePosixPath

from harness.jsontypes import Json
from strategies.edits import Edit, change, put
from strategies.fincom.attach_parts import Where, absent, identity_of, proof_of, selfie_of
from strategies.placeholders import Derived, ForeignUpload, StrangerUpload

# The places where a URI stands, by a short name, with the path that a refusal would name.
URI_PLACES: dict[str, tuple[Where, str]] = {
    "identity": (identity_of, "identifying_documents.*.files.*.uri"),
    "selfie": (selfie_of, "identifying_documents.*.files.*.uri"),
    "address": (proof_of, "address_documents.*.files.*.uri"),
}


_DIGITS, _HEX, _REST = string.digits, "abcdef", "ghijklmnopqrstuvwxyz"
_ROTATED = str.maketrans(
    "".join((_DIGITS, _HEX, _HEX.upper(), _REST, _REST.upper())),
    "".join(part[1:] + part[0] for part in (_DIGITS, _HEX, _HEX.upper(), _REST, _REST.upper())),
)


def never_issued(uri: str) -> str:
    """A URI of the same make that no file ever had: every letter and digit of its name is the next of its kind."""
    path = PurePosixPath(uri)
    return str(path.with_stem(path.stem.translate(_ROTATED)))


URI_MISSING = absent("files.0.uri")
URI_UNKNOWN = (change("files.0.uri", lambda uri: Derived(uri, never_issued), name="uri-never-issued"),)
URI_OF_NEIGHBOUR = (put("files.0.uri", ForeignUpload("neighbour"), name="uri-of-another-customer"),)
URI_OF_STRANGER = (put("files.0.uri", StrangerUpload("stranger"), name="uri-of-another-client"),)
URI_ELSEWHERE = (
    put("files.0.uri", "https://example.com/passport.pdf", name="uri-absolute"),
    put("files.0.uri", "//example.com/passport.pdf", name="uri-without-scheme"),
    put("files.0.uri", "/../../etc/passwd", name="uri-climbing"),
    put("files.0.uri", "file:///etc/passwd", name="uri-local-file"),
)


def _shared(first: Where, second: Where, name: str, *, to: int = 0) -> Edit:
    def apply(body: Json) -> Json:
        second(body)["files"][to]["uri"] = first(body)["files"][0]["uri"]
        return body

    return Edit(name, apply)


FRONT_EQUALS_BACK = _shared(identity_of, identity_of, "one-uri-for-both-sides", to=1)
IDENTITY_EQUALS_ADDRESS = _shared(identity_of, proof_of, "one-uri-for-identity-and-address")
SELFIE_EQUALS_IDENTITY = _shared(identity_of, selfie_of, "one-uri-for-selfie-and-identity")
SELFIE_EQUALS_ADDRESS = _shared(proof_of, selfie_of, "one-uri-for-selfie-and-address")
