"""What a body holds, as something that can be shown: JSON, form fields or text, and files by their mark only."""

import binascii
import hashlib
import json
import re
from base64 import b64decode
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import FormParser

from harness.jsontypes import Json

TEXT_LIMIT = 20_000  # characters of a text body that a report shows; a target may answer without end
ENCODED_FILE = 200  # characters from which on a base64 string is taken for a file

_DATA_URI = re.compile(r"data:(?P<type>[\w.+-]+/[\w.+-]+)?(?:;[\w=.+-]+)*;base64,(?P<content>[A-Za-z0-9+/=\s]*)")
_BASE64 = re.compile(r"(?=.*\d)(?=.*[a-z])(?=.*[A-Z])(?:[A-Za-z0-9+/]{4}[\r\n]*)+(?:[A-Za-z0-9+/]{2,3}={1,2})?\s*", re.DOTALL)
_TEXTUAL = re.compile(r"text/|[\w./-]*[+/](xml|yaml|javascript|problem|graphql|csv)\b")


def shown(media_type: str | None, content: bytes) -> Json:
    """The body as JSON where it is JSON or a form, as text where it is text, and else as the mark of a file."""
    kind, parameters = _media_type(media_type)
    if not content:
        return ""
    if kind == "multipart/form-data":
        return _multipart(parameters.get("boundary", ""), content)
    if kind == "application/x-www-form-urlencoded":
        return _gathered(parse_qsl(content.decode(errors="backslashreplace"), keep_blank_values=True))
    if _is_json(kind, content):
        return _json_or_text(content)
    if _TEXTUAL.match(kind) or (not kind and _is_text(content)):
        return _text(content)
    return file_mark(content, media_type=kind)


def file_mark(content: bytes, *, name: str = "", media_type: str = "") -> str:
    """`<file name=front.pdf type=application/pdf 312 bytes sha256=ab12cd34>`: enough to tell files apart."""
    parts = [f"name={name}" * bool(name), f"type={media_type}" * bool(media_type)]
    digest = hashlib.sha256(content).hexdigest()[:8]
    return " ".join(["<file", *filter(None, parts), f"{len(content)} bytes", f"sha256={digest}>"])


def cut(text: str) -> str:
    """The text, shortened where a report could not show it."""
    return text if len(text) <= TEXT_LIMIT else f"{text[:TEXT_LIMIT]}… ({len(text) - TEXT_LIMIT} more characters)"


def encoded_file(text: str) -> str | None:
    """The mark of the file that this string carries in base64, or None where it carries none."""
    found = _DATA_URI.fullmatch(text)
    if not found and (len(text) < ENCODED_FILE or not _BASE64.fullmatch(text)):
        return None
    try:
        content = b64decode(found["content"] if found else text, validate=False)
    except binascii.Error:
        return None
    return file_mark(content, media_type=(found["type"] or "") if found else "")


def _media_type(value: str | None) -> tuple[str, dict[str, str]]:
    message = Message()
    message["content-type"] = re.sub(r"[\r\n]", " ", value or "")
    parameters = {name: text for name, text in message.get_params(failobj=[])[1:] if isinstance(text, str)}
    return (message.get_content_type() if value else ""), parameters


def _is_json(kind: str, content: bytes) -> bool:
    return kind.endswith(("/json", "+json")) or (not kind and content.lstrip()[:1] in (b"{", b"["))


def _json_or_text(content: bytes) -> Json:
    try:
        return json.loads(content, parse_constant=str)
    except (ValueError, RecursionError):
        return _text(content)


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode()
    except UnicodeDecodeError:
        return False


def _text(content: bytes) -> str:
    return content.decode(errors="backslashreplace")


def _multipart(boundary: str, content: bytes) -> Json:
    parts: list[tuple[str, str]] = []

    def on_field(field: Any) -> None:
        parts.append((_name(field.field_name), (field.value or b"").decode(errors="backslashreplace")))

    def on_file(file: Any) -> None:
        file.file_object.seek(0)
        mark = file_mark(file.file_object.read(), name=_name(file.file_name), media_type=_name(file.content_type))
        parts.append((_name(file.field_name), mark))
        file.close()

    memory_only = {"MAX_MEMORY_FILE_SIZE": float("inf")}
    try:
        parser = FormParser("multipart/form-data", on_field, on_file, boundary=boundary, config=memory_only)
        parser.write(content)
        parser.finalize()
    except (FormParserError, ValueError, UnicodeError):
        return file_mark(content, media_type="multipart/form-data, unreadable")
    return _gathered(parts) if parts else file_mark(content, media_type="multipart/form-data, unreadable")


def _name(value: bytes | str | None) -> str:
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else value or ""


def _gathered(pairs: list[tuple[str, str]]) -> dict[str, Json]:
    """Fields in the order sent; a name that stands several times gets a list."""
    fields: dict[str, Json] = {}
    for name, value in pairs:
        if name not in fields:
            fields[name] = value
        elif isinstance(fields[name], list):
            fields[name].append(value)
        else:
            fields[name] = [fields[name], value]
    return fields
