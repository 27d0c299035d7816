"""Small real files of every kind that a provider may or may not take, and impostors whose name lies about their content."""

from __future__ import annotations

import base64
import io
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from hypothesis import strategies as st
from PIL import Image

from harness.bodies import file_mark
from harness.bulk import Bulk

SHADES = 251  # a prime, so that neighbouring slots never share a colour
_EPOCH = time.gmtime(0)


@dataclass(frozen=True)
class SampleFile:
    """A file as a form would send it: the name that it claims, its bytes, and the content type that it claims."""

    name: str
    content: bytes
    content_type: str

    def __repr__(self) -> str:
        return f"SampleFile({self.name}, {len(self.content)} bytes, {self.content_type})"

    def renamed(self, name: str) -> SampleFile:
        """The same bytes under another name."""
        return replace(self, name=name)

    def claiming(self, content_type: str) -> SampleFile:
        """The same bytes under another content type."""
        return replace(self, content_type=content_type)


def _picture(shade: int, form: str) -> bytes:
    colour = (shade % SHADES, 7 * shade % SHADES, 31 * shade % SHADES)
    buffer = io.BytesIO()
    options = {"creationDate": _EPOCH, "modDate": _EPOCH} if form == "PDF" else {}
    Image.new("RGB", (16, 16), colour).save(buffer, form, **options)
    return buffer.getvalue()


def _word_file(shade: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), "<Types/>")
        archive.writestr(zipfile.ZipInfo("word/document.xml"), f"<document>{shade}</document>")
    return buffer.getvalue()


def _text(shade: int) -> bytes:
    return f"Plain words, edition {shade}.\n".encode()


def _vector(shade: int) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{shade + 1}" height="9"/>'.encode()


def _program(shade: int) -> bytes:
    return b"MZ\x90\x00" + bytes(60) + b"PE\x00\x00" + bytes([shade % 256]) * 32


def _heic(shade: int) -> bytes:
    return b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes([shade % 256]) * 32


def _drawn(form: str) -> Callable[[int], bytes]:
    return lambda shade: _picture(shade, form)


# kind -> (extension, content type, how the bytes are made)
_KINDS: dict[str, tuple[str, str, Callable[[int], bytes]]] = {
    "pdf": ("pdf", "application/pdf", _drawn("PDF")),
    "jpg": ("jpg", "image/jpeg", _drawn("JPEG")),
    "jpeg": ("jpeg", "image/jpeg", _drawn("JPEG")),
    "png": ("png", "image/png", _drawn("PNG")),
    "gif": ("gif", "image/gif", _drawn("GIF")),
    "webp": ("webp", "image/webp", _drawn("WEBP")),
    "bmp": ("bmp", "image/bmp", _drawn("BMP")),
    "tiff": ("tiff", "image/tiff", _drawn("TIFF")),
    "heic": ("heic", "image/heic", _heic),
    "svg": ("svg", "image/svg+xml", _vector),
    "txt": ("txt", "text/plain", _text),
    "docx": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _word_file),
    "exe": ("exe", "application/octet-stream", _program),
}
PAPERS = ("pdf", "jpg", "jpeg", "png")
"""The kinds in which identity papers are usually taken."""
OTHER_KINDS = tuple(kind for kind in _KINDS if kind not in PAPERS)
"""Kinds that are neither PDF nor JPEG nor PNG."""


@lru_cache(maxsize=512)
def sample(kind: str, shade: int = 0) -> SampleFile:
    """A real file of a few hundred bytes; another shade gives other bytes. Raises KeyError for an unknown kind."""
    extension, content_type, make = _KINDS[kind]
    return SampleFile(f"{kind}-{shade}.{extension}", make(shade), content_type)


def impostor(kind: str, content: str = "txt") -> SampleFile:
    """Bytes of the kind `content` under the name and the content type of `kind`."""
    claimed = sample(kind)
    return replace(sample(content), name=claimed.name, content_type=claimed.content_type)


IMPOSTORS = tuple(impostor(kind, content) for kind in PAPERS for content in ("txt", "exe"))
"""Text and programs dressed as papers."""


def papers(kinds: Sequence[str] = PAPERS) -> st.SearchStrategy[SampleFile]:
    """Real files of those kinds with varying bytes."""
    return st.builds(sample, st.sampled_from(kinds), st.integers(0, SHADES - 1))


@lru_cache(maxsize=512)
def encoded(kind: str, shade: int = 0) -> str:
    """A real small file in base64."""
    return base64.b64encode(sample(kind, shade).content).decode()


# A file of ten megabytes is kept as thirteen: few are held at a time, and every request shares them.
@lru_cache(maxsize=4)
def encoded_bulk(kind: str, size: int) -> Bulk:
    """A real file filled up with zeros to exactly `size` bytes, in base64."""
    file = sample(kind)
    content = file.content.ljust(size, b"\0")
    if len(content) != size:
        raise ValueError(f"a {kind} has {len(file.content)} bytes at least, {size} are too few")
    return Bulk(base64.b64encode(content), file_mark(content, name=file.name, media_type=file.content_type))
