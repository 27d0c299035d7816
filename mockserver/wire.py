"""HTTP as it came over the wire, for faults that the server in front of us would hide: it folds the names of headers."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

NAMES_AS_SENT = "mockserver.names_as_sent"


class SpellingProtocol(HttpToolsProtocol):
    """Keeps in the ASGI scope, under `NAMES_AS_SENT`, how the client spelled the names of its headers."""

    _names: list[bytes]

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._names = []
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]  # a closed TypedDict, to which ASGI lets servers add
        scope[NAMES_AS_SENT] = self._names

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._names.append(name)
        super().on_header(name, value)
