"""The type of a JSON value, as every room below speaks of it."""

from typing import Any

# A recursive alias would be exact, but payloads also carry placeholders until they are sent.
Json = Any
