"""What the base64 text of a file holds: its format, its size, and whether it is base64 in any reading."""

import binascii
import re
from collections.abc import Callable
from typing import Any

from mockserver.harbor.files import decoded_size

MAGIC = {"jpg": b"\xff\xd8\xff", "png": b"\x89PNG", "pdf": b"%PDF"}
PICTURES = (b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*")
DATA_URI = re.compile(r"data:[^,]{0,100},")
LETTERS = re.compile("[A-Za-z0-9+/]+=*")
# Enough base64 to know a format by.
BEGINNING = 64


def beginning(found: Any) -> bytes:
    """Return the first bytes of a file, none of what is no base64."""
    try:
        return binascii.a2b_base64(found[:BEGINNING], strict_mode=True) if isinstance(found, str) else b""
    except ValueError:
        return b""


def decoded(text: str) -> bytes | None:
    """Return the bytes of strict base64, None for other texts."""
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        return None


def plain(text: str) -> str:
    """Return base64 without the forms that some take for it: data URI, line breaks, URL-safe alphabet, no padding."""
    bare = "".join(DATA_URI.sub("", text, count=1).split()).translate(str.maketrans("-_", "+/")).rstrip("=")
    return bare + "=" * (-len(bare) % 4)


def is_of(name: str, found: Any) -> bool:
    """Tell whether a file is a JPG, PNG or PDF."""
    return beginning(found).startswith(MAGIC[name])


def is_of_another_format(found: Any) -> bool:
    """Tell whether a value is base64 of something that is no JPG, PNG or PDF."""
    return bool(isinstance(found, str) and decoded(found)) and not beginning(found).startswith(tuple(MAGIC.values()))


def is_another_picture(found: Any) -> bool:
    """Tell whether a file is a picture, but of another format."""
    return beginning(found).startswith(PICTURES)


def is_broken(found: Any) -> bool:
    """Tell whether a text is no base64 in any reading."""
    return isinstance(found, str) and bool(found.strip()) and decoded(plain(found)) is None


def is_cut_off(found: Any) -> bool:
    """Tell whether a text has the letters of base64, but a length that no file gives."""
    return is_broken(found) and LETTERS.fullmatch(found) is not None


def larger(least: int, most: int | None = None) -> Callable[[Any], bool]:
    """Return a test for files of more than `least` decoded bytes, and at most `most`."""
    return lambda found: isinstance(found, str) and least < decoded_size(found) <= (most or decoded_size(found))
