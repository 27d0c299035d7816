"""Uploading files (002 V2 "Step 1: Upload Documents"): multipart, several at once, PDF, JPG, JPEG and PNG.

A file is judged by its content; its name must not claim another type either. A batch with one bad file is refused whole.
"""

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import NamedTuple

import filetype
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field as FormField
from python_multipart.multipart import File as FormFile
from python_multipart.multipart import FormParser, parse_options_header

from mockserver.fincom import errors
from mockserver.fincom.model import StoredFile
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant

MULTIPART = "multipart/form-data"
MEDIA_TYPES = frozenset({"application/pdf", "image/jpeg", "image/png"})
EXTENSIONS = frozenset({".pdf", ".jpg", ".jpeg", ".png"})
UUID_FORM = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
IN_MEMORY = {"MAX_MEMORY_FILE_SIZE": 2**31}
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"


class Part(NamedTuple):
    """A file of the form: the name of its part, its own name, its content."""

    part: str
    name: str
    content: bytes


def upload(tenant: Tenant, request: Request) -> Response:
    """Answer `POST /v1/customers/upload`: 200 with a URI per file, 422 with what is wrong, 404 for an unknown customer."""
    if not request.headers.get("content-type", "").lower().startswith(MULTIPART):
        return errors.wrong_media_type(MULTIPART)
    try:
        fields, files = parse(request)
    except ValueError as error:
        return errors.unreadable(f"The multipart body cannot be read: {error}")
    customer_id = fields.get("customer_id", "")
    if problems := check(customer_id, files):
        return errors.validation_failed(422, problems)
    if customer_id not in tenant.data.customers:
        return errors.not_found()
    stored = [store(tenant, customer_id, file) for file in files]
    return answer(200, {"data": {"files": [{file.part: file.uri} for file in stored]}})


def parse(request: Request) -> tuple[dict[str, str], list[Part]]:
    """Return the text fields and the files of a form, the files in their order.

    Raises:
        FormParserError: the body is no multipart form, or ends early.
        UnicodeDecodeError: a name or a text is not UTF-8.
    """
    fields: dict[str, str] = {}
    files: list[Part] = []

    def on_field(field: FormField) -> None:
        fields[(field.field_name or b"").decode()] = (field.value or b"").decode()

    def on_file(file: FormFile) -> None:
        file.file_object.seek(0)
        files.append(Part((file.field_name or b"").decode(), (file.file_name or b"").decode(), file.file_object.read()))
        file.close()

    ended: list[bool] = []
    parser = FormParser(MULTIPART, on_field, on_file, lambda: ended.append(True), boundary(request.headers), config=IN_MEMORY)
    parser.write(request.body)
    parser.finalize()
    if not ended:
        raise FormParserError("the last boundary is missing")
    return fields, files


def boundary(headers: Mapping[str, str]) -> bytes:
    """Return the boundary that the content type names.

    Raises:
        FormParserError: it names none.
    """
    _, options = parse_options_header(headers["content-type"])
    if not options.get(b"boundary"):
        raise FormParserError("the content type names no boundary")
    return options[b"boundary"]


def check(customer_id: str, files: list[Part]) -> errors.Errors:
    """Return what is wrong with a form, under the names of its parts."""
    problems: errors.Errors = {}
    if not customer_id.strip():
        problems["customer_id"] = ["This field is required"]
    elif not UUID_FORM.fullmatch(customer_id):
        problems["customer_id"] = ["Must be a UUID"]
    if not files:
        problems["file"] = ["At least one file is required"]
    for file in files:
        if complaint := _complaint(file):
            problems.setdefault(file.part, []).append(complaint)
    return problems


def _complaint(file: Part) -> str | None:
    if not file.content:
        return "The file is empty"
    good = media_type(file.content) in MEDIA_TYPES and PurePath(file.name).suffix.lower() in EXTENSIONS
    return None if good else "Allowed file types: PDF, JPG, JPEG, PNG"


def media_type(content: bytes) -> str:
    """Return the media type that a content shows, empty if it shows none."""
    kind = filetype.guess(content)
    return kind.mime if kind else ""


def store(tenant: Tenant, customer_id: str, file: Part) -> StoredFile:
    """Keep a file for a customer under a URI of its own, which ends like the name it came with."""
    number, letters = tenant.new_number(), ""
    for _ in range(8):
        number, index = divmod(number, len(LETTERS))
        letters += LETTERS[index]
    uri = f"/{letters}_{number % 10**13:013d}{PurePath(file.name).suffix.lower()}"
    kept = StoredFile(uri, customer_id, file.part, file.name, media_type(file.content), len(file.content), tenant.clock.now())
    tenant.data.files[uri] = kept
    return kept
