"""Survivors that nobody can be blamed for: specs/PROVIDER.wire.yaml says which, and why the documents have nothing against them."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec

from harness.errors import UsageError
from harness.rules import SPECS


class Opening(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Mutations by name (`*` for any text), and the reason why they are left open."""

    mutations: list[str]
    because: str

    def speaks_of(self, name: str) -> bool:
        """Whether the mutation is one of them."""
        return any(fnmatchcase(name, pattern) for pattern in self.mutations)


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    left_open: list[Opening]


def openings(providers: Iterable[str], specs: Path = SPECS) -> list[Opening]:
    """What is left open of these providers; a provider without such a file leaves nothing open."""
    paths = [path for provider in providers if (path := specs / f"{provider}.wire.yaml").exists()]
    try:
        return [each for path in paths for each in msgspec.yaml.decode(path.read_bytes(), type=_File).left_open]
    except msgspec.MsgspecError as error:
        raise UsageError(f"{', '.join(map(str, paths))}: {' '.join(str(error).split())}") from None


def unused(listed: Iterable[Opening], survivors: Iterable[str]) -> list[str]:
    """Patterns that no survivor needs any more: what they excuse is caught, or made no more."""
    names = list(survivors)
    return [pattern for each in listed for pattern in each.mutations if not any(fnmatchcase(name, pattern) for name in names)]
