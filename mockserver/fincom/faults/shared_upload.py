"""Servers whose upload goes wrong (002 V2 Step 1: Upload Documents)."""

import asyncio
import hashlib
import re
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from mockserver.fincom import errors
from mockserver.fincom.faults.builders import afterwards, broken_down, edits_taken, fault, instead, is_upload, taken, told
from mockserver.fincom.faults.forms import Form, as_pdf, form_of, mends_form, named_well, shown_well, stored
from mockserver.fincom.lifecycle import move
from mockserver.fincom.uploads import UUID_FORM, Part
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

BY_CONTENT, RESTARTS, MIXES = "one_uri_per_content", "uris_restart_with_each_call", "uploads_mix_owners"
OVERLAP_SECONDS = 0.05
EXTENSIONS = ("pdf", "jpg", "jpeg", "png")
STRANGERS = ("gif", "txt", "docx", "exe", "svg", "heic", "webp")
Entries = list[dict[str, Any]]
Trait = Callable[[Tenant, Form], bool]


def _edits_entries(edit: Callable[[Entries], Entries]) -> OnRequest:
    """Let `edit` return other entries for the stored files."""

    def edited(_: Tenant, body: dict[str, Any]) -> None:
        body["data"]["files"] = edit(body["data"]["files"])

    return edits_taken(is_upload, edited)


def _edits_uris(edit: Callable[[str], str | None]) -> OnRequest:
    return _edits_entries(lambda entries: [{part: edit(uri) for part, uri in entry.items()} for entry in entries])


def _refuses(when: Trait, field: str = "file") -> OnRequest:
    """Refuse a form that has a trait."""

    def make(tenant: Tenant, request: Request) -> Response | None:
        form = form_of(request)
        bad = form is not None and form.files and when(tenant, form)
        return errors.validation_failed(422, {field: ["Is not supported"]}) if bad else None

    return instead(is_upload, make)


def _answers(when: Trait, make: Callable[[Tenant, Form], Response]) -> OnRequest:
    """Answer a form that has a trait without looking any further."""

    def made(tenant: Tenant, request: Request) -> Response | None:
        form = form_of(request)
        return make(tenant, form) if form and when(tenant, form) else None

    return instead(is_upload, made)


def _breaks_down(_: Tenant, __: Form) -> Response:
    return broken_down()


def _malformed(_: Tenant, form: Form) -> bool:
    return bool(form.customer_id) and UUID_FORM.fullmatch(form.customer_id) is None


def _unknown(tenant: Tenant, form: Form) -> bool:
    return UUID_FORM.fullmatch(form.customer_id) is not None and form.customer_id not in tenant.data.customers


def _suffix(part: Part) -> str:
    return PurePath(part.name).suffix


def _some(test: Callable[[Part], bool]) -> Trait:
    return lambda _, form: any(test(part) for part in form.files)


def _ends_like(extension: str) -> Trait:
    return _some(lambda part: _suffix(part) == f".{extension}")


def _replaces(bad: Callable[[Part], bool]) -> OnRequest:
    """Store bad files as if they were good ones."""

    def mend(_: Tenant, form: Form) -> bool:
        found = any(bad(part) for part in form.files)
        form.files = [as_pdf(part) if bad(part) else part for part in form.files]
        return found

    return mends_form(mend)


def _dressed(part: Part) -> bool:
    return bool(part.content) and named_well(part) and not shown_well(part)


def _openly_strange(part: Part) -> bool:
    return bool(part.content) and not named_well(part)


def _is_stranger(extension: str) -> Callable[[Part], bool]:
    return lambda part: bool(part.content) and _suffix(part).lower() == f".{extension}"


def _leaves_out_bad(_: Tenant, form: Form) -> bool:
    good = [part for part in form.files if named_well(part) and shown_well(part)]
    bad = 0 < len(good) < len(form.files)
    form.files = good if bad else form.files
    return bad


def _reuses_uri(key: Callable[[int, Part], str], memory: str) -> OnRequest:
    """Answer the URI that an earlier file of the same key was given."""

    def act(tenant: Tenant, request: Request, response: Response) -> Response | None:
        form, known = form_of(request), tenant.memory.setdefault(memory, {})
        if not taken(response) or form is None:
            return None
        entries = told(response)["data"]["files"]
        uris = [known.setdefault(key(*each), next(iter(entries[each[0]].values()))) for each in enumerate(form.files)]
        body = {"data": {"files": [{part.part: uri} for part, uri in zip(form.files, uris, strict=True)]}}
        after = response.with_json(body)
        return after if after.body != response.body else None

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        return act(tenant, request, response) or response

    return on_request


def _digest(_: int, part: Part) -> str:
    return hashlib.sha256(part.content).hexdigest()


def _position(index: int, _: Part) -> str:
    return str(index)


def _starts_review(tenant: Tenant, request: Request, response: Response) -> bool:
    form = form_of(request)
    customer = tenant.data.customers.get(form.customer_id) if form and taken(response) else None
    if customer is None or customer.status != "INCOMPLETE":
        return False
    move(tenant, customer, "REVIEWING")
    return True


def _forgets_earlier(tenant: Tenant, request: Request, response: Response) -> bool:
    form = form_of(request)
    if form is None or not taken(response):
        return False
    fresh = {uri for entry in told(response)["data"]["files"] for uri in entry.values()}
    earlier = [uri for uri, file in tenant.data.files.items() if file.customer_id == form.customer_id and uri not in fresh]
    for uri in earlier:
        del tenant.data.files[uri]
    return bool(earlier)


async def uploads_mix_owners(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Keep the customer of a call where the next call finds it, and overwrites it."""
    form = form_of(request)
    if form is None or form.customer_id not in tenant.data.customers:
        return await call_next(request)
    tenant.memory[MIXES] = form.customer_id
    await asyncio.sleep(OVERLAP_SECONDS)
    owner = tenant.memory[MIXES]
    response = await call_next(request)
    if taken(response) and owner != form.customer_id:
        call_next.mark()
        for entry in told(response)["data"]["files"]:
            for uri in entry.values():
                tenant.data.files[uri].customer_id = owner
    return response


def _in_json(response: Response) -> OnRequest:
    def make(_: Tenant, request: Request) -> Response | None:
        return response if request.headers.get("content-type", "").startswith("application/json") else None

    return instead(is_upload, make)


ANSWERS: tuple[Fault, ...] = (
    fault(
        "upload_demands_several_files",
        "fincom/upload-takes-one-file",
        "demands more than one file",
        _refuses(lambda _, form: len(form.files) == 1),
    ),
    fault(
        "upload_keeps_first_file_only",
        "fincom/upload-takes-several-files",
        "keeps the first file of a call",
        _edits_entries(lambda entries: entries[:1]),
    ),
    fault(
        "upload_refuses_several_files",
        "fincom/upload-takes-several-files",
        "takes one file per call",
        _refuses(lambda _, form: len(form.files) > 1),
    ),
    fault(
        "upload_renames_parts",
        "fincom/upload-answers-by-part-name",
        "numbers the files in its answer",
        _edits_entries(lambda entries: [{f"document_{i}": uri for uri in entry.values()} for i, entry in enumerate(entries)]),
    ),
    fault(
        "upload_answers_in_reverse",
        "fincom/upload-keeps-order",
        "answers the files from the last to the first",
        _edits_entries(lambda entries: entries[::-1]),
    ),
    fault(
        "upload_demands_numbered_parts",
        "fincom/upload-part-names-are-free",
        "takes file1, file2 and so on for form names, and nothing else",
        _refuses(_some(lambda part: re.fullmatch(r"file\d*", part.part) is None)),
    ),
    fault(
        BY_CONTENT,
        "fincom/upload-uris-are-distinct",
        "gives equal files one URI",
        _reuses_uri(_digest, BY_CONTENT),
    ),
    fault(
        RESTARTS,
        "fincom/upload-uris-are-distinct",
        "begins to number its URIs anew with each call",
        _reuses_uri(_position, RESTARTS),
    ),
    fault(
        "upload_answers_bare_ids",
        "fincom/upload-uri-is-a-rooted-path",
        "answers URIs without their slash",
        _edits_uris(lambda uri: uri.lstrip("/")),
    ),
    fault(
        "upload_answers_whole_urls",
        "fincom/upload-uri-is-a-rooted-path",
        "answers URLs with a host",
        _edits_uris(lambda uri: f"https://files.example.com{uri}"),
    ),
    fault("upload_answers_null", "fincom/upload-uri-is-a-rooted-path", "answers null for URIs", _edits_uris(lambda _: None)),
    fault(
        "upload_answers_uris_in_lower_case",
        "fincom/uploaded-uri-can-be-attached",
        "answers URIs in another spelling than it keeps",
        _edits_uris(str.lower),
    ),
    fault(
        MIXES,
        "fincom/parallel-uploads-do-not-mix",
        "keeps the owner of the last call for all calls at one time",
        uploads_mix_owners,
    ),
)
TYPES: tuple[Fault, ...] = (
    *(
        fault(f"upload_refuses_{extension}", f"fincom/upload-takes-{extension}", f"takes no .{extension}", _refuses(_ends_like(extension)))
        for extension in EXTENSIONS
    ),
    fault(
        "upload_refuses_capital_extensions",
        "fincom/upload-extension-case-is-free",
        "takes extensions in small letters only",
        _refuses(_some(lambda part: _suffix(part) != _suffix(part).lower())),
    ),
    fault("stores_any_type", "fincom/upload-refuses-other-types", "stores files of any type", _replaces(_openly_strange)),
    *(
        fault(
            f"stores_{extension}",
            "fincom/upload-refuses-other-types",
            f"stores .{extension} files too",
            _replaces(_is_stranger(extension)),
        )
        for extension in STRANGERS
    ),
    fault(
        "stores_files_without_extension",
        "fincom/upload-refuses-other-types",
        "stores files whose name has no extension",
        _replaces(lambda part: bool(part.content) and not _suffix(part)),
    ),
    fault("trusts_names_of_files", "fincom/upload-judges-content", "judges a file by its name alone", _replaces(_dressed)),
    fault(
        "leaves_bad_files_out",
        "fincom/upload-refuses-mixed-batch",
        "leaves bad files out without a word when there are good ones",
        mends_form(_leaves_out_bad),
    ),
    fault("stores_empty_files", "fincom/upload-refuses-empty-file", "stores files of no bytes", _replaces(lambda part: not part.content)),
)
CALLS: tuple[Fault, ...] = (
    fault(
        "stores_orphans",
        "fincom/upload-needs-customer-id",
        "stores files for no customer",
        _answers(lambda _, form: not form.customer_id.strip(), stored),
    ),
    fault(
        "upload_breaks_down_on_malformed_id",
        "fincom/upload-refuses-malformed-customer-id",
        "breaks down when the customer id is no UUID",
        _answers(_malformed, _breaks_down),
    ),
    fault(
        "stores_for_malformed_id",
        "fincom/upload-refuses-malformed-customer-id",
        "stores files under any text for a customer id",
        _answers(_malformed, stored),
    ),
    fault(
        "stores_for_nobody",
        "fincom/upload-refuses-unknown-customer",
        "stores files for a customer that does not exist",
        _answers(_unknown, stored),
    ),
    fault(
        "upload_takes_no_file",
        "fincom/upload-needs-a-file",
        "answers that it stored nothing when there is no file",
        _answers(lambda _, form: not form.files, stored),
    ),
    fault(
        "upload_breaks_down_on_json",
        "fincom/upload-is-multipart",
        "breaks down on a JSON body",
        _in_json(broken_down()),
    ),
    fault(
        "upload_takes_json",
        "fincom/upload-is-multipart",
        "answers that it stored nothing when it gets a JSON body",
        _in_json(answer(200, {"data": {"files": []}})),
    ),
    fault(
        "upload_starts_review",
        "fincom/upload-does-not-change-status",
        "puts a customer under review when files are uploaded",
        afterwards(is_upload, _starts_review),
    ),
    fault(
        "upload_forgets_earlier_files",
        "fincom/uploads-add-up",
        "keeps the files of the last call only",
        afterwards(is_upload, _forgets_earlier),
    ),
)
FAULTS = (*ANSWERS, *TYPES, *CALLS)
