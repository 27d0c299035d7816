"""Which operation a request is for: the table of a provider's paths and methods."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

H = TypeVar("H")
# So many paths, if they are no longer than this, have their routes remembered: customers are read again and again.
REMEMBERED, SHORT = 4096, 512


class Route(NamedTuple, Generic[H]):
    """An operation: its method, the pattern of its paths, whose groups are the placeholders, and what answers it."""

    method: str
    path: re.Pattern[str]
    handler: H


class Found(NamedTuple, Generic[H]):
    """An operation at a path, whatever its method, with the values of the path's placeholders."""

    route: Route[H]
    values: tuple[str, ...]

    @property
    def value(self) -> str:
        """The value of the first placeholder, empty where there is none."""
        return self.values[0] if self.values else ""


class Routes(Generic[H]):
    """All operations of a provider, in the order in which they are looked through."""

    def __init__(self, rows: Iterable[tuple[str, str, H]]) -> None:
        self._routes = tuple(Route(method, re.compile(path, re.DOTALL), handler) for method, path, handler in rows)
        self._known = lru_cache(REMEMBERED)(self._searched)

    def at(self, path: str) -> tuple[Found[H], ...]:
        """Return the operations at a path; none where nothing is served there."""
        return self._known(path) if len(path) <= SHORT else self._searched(path)

    def _searched(self, path: str) -> tuple[Found[H], ...]:
        return tuple(Found(route, match.groups()) for route in self._routes if (match := route.path.fullmatch(path)))


def methods_of(found: Iterable[Found[H]]) -> list[str]:
    """Return the methods that are served at a path, sorted."""
    return sorted({each.route.method for each in found})
