"""What a tenant asked and was answered: a bounded ring that counts what it dropped."""

import asyncio
import re
from collections import deque
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from mockserver.clock import iso
from mockserver.http import Request, Response

LIMIT = 1000
BODY_LIMIT = 2000
SECRET = re.compile(rb'("(?:access_token|refresh_token|client_secret)"\s*:\s*")[^"]*')
FILTERS = ("method", "path", "status")


class Entry(msgspec.Struct):
    """One exchange: instants and durations in microseconds, bodies cut to `BODY_LIMIT` bytes."""

    id: int
    at: int
    method: str
    path: str
    status: int
    took: int
    request_body: bytes
    response_body: bytes

    def shown(self) -> dict[str, Any]:
        """Return the entry as the control API tells it; an empty body is left out."""
        shown: dict[str, Any] = {"id": self.id, "at": iso(self.at), "method": self.method, "path": self.path}
        shown |= {"status": self.status, "ms": round(self.took / 1000, 3)}
        bodies = {"request_body": self.request_body, "response_body": self.response_body}
        return shown | {name: body.decode(errors="replace") for name, body in bodies.items() if body}


class Journal:
    """The last `limit` exchanges of one tenant."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.entries: deque[Entry] = deque(maxlen=limit)
        self.written = 0
        self._news: asyncio.Event | None = None  # made by who waits for the next entry

    @property
    def dropped(self) -> int:
        """How many entries the bound has pushed out."""
        return self.written - len(self.entries)

    def record(
        self, at: int, took: int, path: str, request: Request, response: Response, withheld: re.Pattern[bytes] | None = None
    ) -> None:
        """Append one exchange; headers are never kept, nor tokens, nor files, which `withheld` finds as `Provider` tells."""
        self.written += 1
        asked = _readable(request.headers.get("content-type", ""), request.body, withheld)
        told = _readable(response.headers.get("content-type", ""), response.body, None)
        self.entries.append(Entry(self.written, at, request.method, path, response.status, took, asked, told))
        if self._news is not None:
            self._news.set()
            self._news = None

    def find(self, method: str | None = None, path: str | None = None, status: str | None = None) -> list[Entry]:
        """Return the kept entries that match, oldest first.

        `path` is a piece of the path, or a pattern if it holds `*`; `status` is a number or a class such as 4xx.
        """
        return [
            entry
            for entry in self.entries
            if (method is None or entry.method == method.upper())
            and (path is None or _path_matches(entry.path, path))
            and (status is None or _status_matches(entry.status, status))
        ]

    async def wait_for(self, count: int, timeout: float, filters: dict[str, str]) -> list[Entry]:
        """Return the matching entries as soon as there are `count`, else what there is after `timeout` seconds."""
        end = asyncio.get_running_loop().time() + timeout
        while len(found := self.find(**filters)) < count:
            left = end - asyncio.get_running_loop().time()
            self._news = self._news or asyncio.Event()
            try:
                await asyncio.wait_for(self._news.wait(), left)
            except TimeoutError:
                return self.find(**filters)
        return found


def _path_matches(path: str, wanted: str) -> bool:
    return fnmatchcase(path, wanted) if "*" in wanted else wanted in path


def _status_matches(status: int, wanted: str) -> bool:
    return str(status) == wanted or (wanted[1:] == "xx" and wanted[0] == str(status)[0])


def _readable(content_type: str, body: bytes, withheld: re.Pattern[bytes] | None) -> bytes:
    if not body:
        return body
    if content_type.startswith("multipart/"):
        return b"(%d bytes of multipart, not kept)" % len(body)
    if withheld is not None:
        body = withheld.sub(rb'\1"(not kept)"', body)
    # The cut comes first: whatever begins before it is still recognised, and large bodies are not searched.
    whole, body = len(body) <= BODY_LIMIT, body[:BODY_LIMIT]
    if b'_token"' in body or b'client_secret"' in body:
        body = SECRET.sub(rb"\1(not kept)", body)
    return body if whole else body + b" (cut)"
