"""Bodies that are no good JSON, and JSON values that break parsers, columns and recursion: what any API must survive.

A value here is legal JSON, but for the lone surrogate, which only an escape can spell; so whole bodies are given as bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from harness.jsontypes import Json

# Deeper than the default recursion limits of common parsers, yet a body of a few kilobytes.
DEEP = 2_000
# Longer than any text column, yet a body that no gateway refuses for its size.
LONG = 100_000


@dataclass(frozen=True)
class Body:
    """A request body as bytes; the name says what is wrong with it."""

    name: str
    content: bytes

    def __repr__(self) -> str:
        return f"Body({self.name})"


UNREADABLE = (
    Body("empty", b""),
    Body("cut-short", b'{"verification_type": "STANDARD", "basic_info": {'),
    Body("trailing-comma", b'{"verification_type": "STANDARD",}'),
    Body("single-quotes", b"{'verification_type': 'STANDARD'}"),
    Body("bare-words", b"verification_type=STANDARD"),
    Body("no-utf-8", b'{"verification_type": "\xff\xfe"}'),
)
"""Bodies that are no JSON at all."""

NO_OBJECTS = (
    Body("list", b"[]"),
    Body("list-of-object", b'[{"verification_type": "STANDARD"}]'),
    Body("text", b'"STANDARD"'),
    Body("number", b"42"),
    Body("true", b"true"),
    Body("null", b"null"),
)
"""JSON whose top level is no object."""

# Stands in a payload where the raw text of a junk value goes.
_SPOT = "0c1b5d1e-junk-goes-here"

_RAW: dict[str, str] = {
    "integer-beyond-64-bits": "9" * 40,
    "number-beyond-double": "1e400",
    "number-below-double": "-1e-400",
    "deep-lists": "[" * DEEP + "]" * DEEP,
    "deep-objects": '{"a":' * DEEP + "1" + "}" * DEEP,
    "nul-character": '"a\\u0000b"',
    "lone-surrogate": '"a\\ud800b"',
    "control-characters": '"\\u0001\\u0008\\u001b[31m"',
    "long-text": f'"{"x" * LONG}"',
    "many-keys": "{" + ",".join(f'"k{index}":{index}' for index in range(2_000)) + "}",
    "twice-the-same-key": '{"a":1,"a":2}',
    "format-directives": '"%s%n{0}${7*7}"',
    "right-to-left-override": '"\\u202eabc"',
}
KINDS = tuple(_RAW)
"""The names of the junk values."""


def with_junk(payload: dict[str, Json], path: str, kind: str) -> bytes:
    """The resolved payload as JSON with the junk value `kind` at a dotted path of objects. Raises KeyError for unknown ones."""
    raw = _RAW[kind]
    copy = json.loads(json.dumps(payload))
    *sections, leaf = path.split(".")
    node = copy
    for section in sections:
        node = node[section]
    node[leaf] = _SPOT
    return json.dumps(copy).replace(f'"{_SPOT}"', raw).encode()
