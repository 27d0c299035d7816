"""What takes long to work out is kept beside the code, as Python keeps what it compiled: in `__pycache__`, which anybody may delete."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from harness.jsontypes import Json

CACHE = Path(__file__).parent / "__pycache__"


def worked_out(name: str, sources: Iterable[bytes], make: Callable[[], Json]) -> Json:
    """What `make` gives, a JSON value; from the cache where it was made before of the same `sources`.

    Python's own switch (`PYTHONDONTWRITEBYTECODE`) keeps it from being written; a place that cannot be written to does no harm.
    """
    key = blake2b(digest_size=12)
    for source in sources:
        key.update(blake2b(source).digest())
    file = CACHE / f"{name}.{key.hexdigest()}.json"
    with suppress(OSError, ValueError):
        return json.loads(file.read_bytes())
    value = json.loads(text := json.dumps(make()))
    if not sys.dont_write_bytecode:
        with suppress(OSError):
            _replace(file, f"{name}.*.json", text)
    return value


def _replace(file: Path, older: str, text: str) -> None:
    """Write the file whole or not at all, for other workers may be reading it, and take away what it replaces."""
    file.parent.mkdir(exist_ok=True)
    for outdated in file.parent.glob(older):
        outdated.unlink(missing_ok=True)
    unfinished = file.with_suffix(f".{os.getpid()}.tmp")
    unfinished.write_text(text)
    unfinished.replace(file)
