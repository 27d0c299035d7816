"""The pages that people open: one file each, with nothing from elsewhere, and all that comes from records escaped."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined


def environment() -> Environment:
    """What `templates/` are rendered by; each page fills the blocks of `page.html`."""
    return Environment(loader=PackageLoader("harness"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def write(path: Path, pieces: Iterable[str]) -> Path:
    """Write a page and return its path; whoever reads it meanwhile sees the one before.

    Piece by piece: the page of many breaches is larger than all that it is made of.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".tmp")
    with unfinished.open("w", encoding="utf-8") as file:
        file.writelines(pieces)
    return unfinished.replace(path)
