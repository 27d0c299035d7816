"""Named edits on files: formats, encodings and sizes (000 §5, 001 §4)."""

from __future__ import annotations

import base64

from harness.jsontypes import Json
from strategies.edits import Edit, insert, put
from strategies.files import sample
from strategies.harbor.choice_edits import BACK, FRONT
from strategies.harbor.group_edits import PROOF_FILES, STATEMENT_FILES
from strategies.placeholders import Derived, Encoded

# A megabyte may be 10^6 or 2^20 bytes: up to the smaller reading a file must fit, above the larger one it must not.
FITS = 10_000_000
IS_TOO_LARGE = 10 * 1024 * 1024 + 1
BETWEEN = 10_200_000
REQUEST_IS_TOO_LARGE = 50 * 1024 * 1024 + 1

OTHER_FORMATS = ("gif", "txt", "docx", "exe")
NO_BASE64: dict[str, Json] = {
    "at-signs": "@@@@",
    "bad-padding": "QUJDR",
    "mark-of-the-examples": "<base64 bytes>",
    "prose": "see attachment!",
}
NO_TEXT: dict[str, Json] = {"number": 7, "null": None, "object": {"content": "QUJD"}}


def other_format(path: str, kind: str) -> Edit:
    """A real file of another kind."""
    return put(path, Encoded(kind), name=f"{kind}-file")


def format_of(path: str, kind: str) -> Edit:
    """A real file of that format."""
    return put(path, Encoded(kind, 9), name=f"{kind}-file")


def no_base64(path: str) -> tuple[Edit, ...]:
    """Texts that are no base64."""
    return tuple(put(path, value, name=name) for name, value in NO_BASE64.items())


def no_base64_at(path: str, index: int, count: int) -> tuple[Edit, ...]:
    """One text that is no base64 among good files, at that place."""
    return tuple(_among(path, value, index, count, name) for name, value in NO_BASE64.items())


def no_text_at(path: str, index: int, count: int) -> tuple[Edit, ...]:
    """Something that is no text among good files, at that place."""
    return tuple(_among(path, value, index, count, name) for name, value in NO_TEXT.items())


def _among(path: str, value: Json, index: int, count: int, name: str) -> Edit:
    files: list[Json] = [Encoded("png", shade) for shade in range(count)]
    files[index] = value
    return put(path, files, name=f"{name}-{index + 1}-of-{count}")


def empty_file(path: str) -> Edit:
    """A file without a byte."""
    return put(path, [""] if path.endswith("files") else "", name="file-of-no-bytes")


def _data_uri(text: str) -> str:
    return f"data:image/png;base64,{text}"


def _in_lines(text: str) -> str:
    return "\r\n".join(text[start : start + 76] for start in range(0, len(text), 76))


def _url_safe(_: str) -> str:
    # Bytes whose base64 needs both letters in which the alphabets differ.
    return base64.urlsafe_b64encode(sample("png", 1).content + b"\xfb\xff\xfe\xfb\xff\xfe").decode()


BASE64_FORMS = (
    put(FRONT, Derived(Encoded("png"), _data_uri), name="data-uri"),
    put(FRONT, Derived(Encoded("png"), _in_lines), name="in-lines"),
    put(FRONT, Derived(Encoded("png"), _url_safe), name="url-safe-alphabet"),
    put(FRONT, Derived(Encoded("png", 1), lambda text: text.rstrip("=")), name="without-padding"),
)

# --- sizes -----------------------------------------------------------------------------------------------------------------------


def sized(size: int, kind: str = "png") -> Encoded:
    """A file of exactly so many bytes."""
    return Encoded(kind, size=size)


def single(path: str, size: int) -> Edit:
    """A file of that size in the place of one file."""
    return put(path, sized(size), name=f"{path.rpartition('.')[2]}-of-{size}-bytes")


def last_of(path: str, size: int, count: int) -> Edit:
    """A file of that size behind small ones."""
    few: list[Json] = [Encoded("png", shade) for shade in range(count - 1)]
    return put(path, [*few, sized(size)], name=f"last-of-{count}-files-of-{size}-bytes")


def everywhere(sizes: list[int], path: str) -> Edit:
    """Files of these sizes: the first as front, the second as back, the others under `path`."""
    front, back = put(FRONT, sized(sizes[0]), name="front"), insert(BACK, sized(sizes[1]), name="back")
    more = put(path, [sized(size) for size in sizes[2:]], name="files")
    return front.then(back).then(more).named(f"{sum(sizes)}-bytes-in-{len(sizes)}-files")


FIFTY_MILLION = everywhere([FITS] * 5, STATEMENT_FILES)
OVER_FIFTY_MB = everywhere([FITS] * 5 + [REQUEST_IS_TOO_LARGE - 5 * FITS], PROOF_FILES)
