"""Finding the tables of a provider: every module of a package adds its own."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def gathered(package: str, path: list[str], table: str) -> Iterator[Any]:
    """Yield the entries of a table from all modules of a package that have it, in order of module names.

    `package` and `path` are the package's own `__name__` and `__path__`; a module without the table only helps the others.
    """
    for module in sorted(iter_modules(path), key=lambda each: each.name):
        yield from getattr(import_module(f"{package}.{module.name}"), table, ())
