"""Multipart forms, opened and closed again around the honest upload."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import httpx

from mockserver.fincom.faults.builders import is_upload
from mockserver.fincom.uploads import EXTENSIONS, MEDIA_TYPES, Part, media_type, parse
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, OnRequest

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@dataclass(slots=True)
class Form:
    """The text fields and the files of an upload."""

    fields: dict[str, str]
    files: list[Part]

    @property
    def customer_id(self) -> str:
        """The customer that the files are for, empty if none is named."""
        return self.fields.get("customer_id", "")


def form_of(request: Request) -> Form | None:
    """Return the form of an upload, None for other requests and for bodies that are none."""
    kind = request.headers.get("content-type", "")
    if not is_upload(request) or not kind.lower().startswith("multipart/form-data"):
        return None
    try:
        return Form(*parse(request))
    except ValueError:
        return None


def with_form(request: Request, form: Form) -> Request:
    """Return the same request with another form."""
    files = [(part.part, (part.name, part.content)) for part in form.files]
    # Without a file there would be no multipart form, so the fields stand as parts without a file name then.
    fields: list[tuple[str, Any]] = [(name, (None, text)) for name, text in form.fields.items()]
    built = httpx.Request("POST", "http://upload", files=[*fields, *files])
    headers = {**request.headers, "content-type": built.headers["content-type"]}
    return Request(request.method, request.path, request.query, headers, built.read())


def mends_form(mend: Callable[[Tenant, Form], bool]) -> OnRequest:
    """Let `mend` edit the form before the honest code sees it; it tells whether it did."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        form = form_of(request)
        return await call_next(with_form(request, form) if form and mend(tenant, form) else request)

    return on_request


def stored(tenant: Tenant, form: Form) -> Response:
    """Answer that the files of a form are stored, although nothing keeps them."""
    uris = [f"/Kept{tenant.new_number() % 10**13:013d}{PurePath(part.name).suffix.lower()}" for part in form.files]
    return answer(200, {"data": {"files": [{part.part: uri} for part, uri in zip(form.files, uris, strict=True)]}})


def named_well(part: Part) -> bool:
    """Tell whether the name of a file ends like an allowed type."""
    return PurePath(part.name).suffix.lower() in EXTENSIONS


def shown_well(part: Part) -> bool:
    """Tell whether the content of a file is of an allowed type."""
    return media_type(part.content) in MEDIA_TYPES


def as_pdf(part: Part) -> Part:
    """Return a good file under the same form name."""
    return Part(part.part, "scan.pdf", PDF)
