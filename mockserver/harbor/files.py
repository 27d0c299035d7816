"""Files in base64: their content decides about their type, their decoded size is bounded (000 section 5, 001 section 4).

A megabyte is read as 2**20 bytes. The bytes are looked at once and not kept; what is kept is what they turned out to be.
"""

import binascii
import re
from typing import Any

import filetype

from mockserver.harbor.checks import Check, Inspection, array

FILE_LIMIT = 10 * 2**20
REQUEST_LIMIT = 50 * 2**20
MEDIA_TYPES = frozenset({"application/pdf", "image/jpeg", "image/png"})
# Enough to know every type by.
HEAD = 8192
# Where a document says in plain text when it was issued, and how far into it that is looked for.
ISSUED = re.compile(rb"(?i:issue)[^0-9\r\n]{0,20}([0-9]{4}-[0-9]{2}-[0-9]{2})")
READ = 2**16


def file(seen: Inspection, path: str, value: Any) -> dict[str, Any]:
    """Demand a JPEG, PDF or PNG in strict base64 of at most 10 MB; return its type, size and date of issue."""
    if not isinstance(value, str):
        seen.note(path, "Must be a file in base64.")
        return {}
    size = decoded_size(value)
    seen.total += size
    if size > FILE_LIMIT:
        seen.note(path, "Must not be larger than 10 MB.")
        return {}
    if (content := decoded(value)) is None:
        seen.note(path, "Must be a file in base64.")
        return {}
    kind = filetype.guess(content[:HEAD])
    media_type = kind.mime if kind else ""
    if media_type not in MEDIA_TYPES:
        seen.note(path, "Must be a JPG, PDF or PNG file." if content else "The file is empty.")
    issued = ISSUED.search(content, 0, READ)
    return {"media_type": media_type, "size": size, "issued": issued[1].decode() if issued else None}


def decoded(encoded: str) -> bytes | None:
    """Return the bytes of a text in the standard alphabet with its padding, None for anything else."""
    # The decoder alone would let surplus padding pass.
    if len(encoded) % 4 or encoded.endswith("==="):
        return None
    try:
        return binascii.a2b_base64(encoded, strict_mode=True)
    except ValueError:
        return None


def decoded_size(encoded: str) -> int:
    """Return how many bytes a base64 text stands for, without decoding it."""
    return len(encoded) * 3 // 4 - (2 if encoded.endswith("==") else encoded.endswith("="))


def files(least: int, most: int | None = None) -> Check:
    """Demand an array of files."""
    return array(file, least, most)


def check_total(seen: Inspection, path: str) -> None:
    """Demand that all files of a request together have at most 50 MB; a breach is noted under `path`."""
    if seen.total > REQUEST_LIMIT:
        seen.note(path, "All files together must not be larger than 50 MB.")
