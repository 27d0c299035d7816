"""The faults and variants of callers, look-ups, uploads, webhooks and refusals: complete by the rules, and samples of them at work."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mockserver.fincom.faults import (
    FAULTS,
    shared_auth,
    shared_catalogue,
    shared_errors,
    shared_specification,
    shared_upload,
    shared_webhooks,
)
from mockserver.fincom.faults.forms import Form, form_of, with_form
from mockserver.fincom.uploads import Part
from mockserver.fincom.variants import shared
from mockserver.http import Request
from mockserver.wrappers import Wrapper, by_name
from tests.fault_kit import is_sentence, known, unbroken, unread
from tests.mockserver_kit import PDF, PNG, Client, Inbox, edited, inbox, person

MODULES = (shared_auth, shared_catalogue, shared_errors, shared_specification, shared_upload, shared_webhooks)
OURS = [row for module in MODULES for row in module.FAULTS]
# A 401 of another body than the two is no reading that a rule could let pass: auth-error-is-json-message wants its message.
NOT_WRAPPED = {"fincom/amb-401-body": 1}
BROKEN = edited(person(), "basic_info.email", "Maria@example.com")
NOBODY = "0d5c9a8e-4b6f-4f0e-9d6a-111111111111"
Send = Callable[[Client], httpx.Response]
Judge = Callable[[httpx.Response], Any]


def switched(name: str, **wish: Any) -> Client:
    return Client(**{"faults" if name in by_name(FAULTS) else "variants": [name]}, **wish)


def create(body: Any) -> Send:
    return lambda client: client.call("POST", "/v2/customers/individual", json=body)


def get(path: str) -> Send:
    return lambda client: client.call("GET", path)


def bearing(authorization: str, path: str = "/v1/occupations") -> Send:
    def send(client: Client) -> httpx.Response:
        token = client.bearer.partition(" ")[2]
        headers = {"authorization": authorization.format(token=token)} if authorization else {}
        return client.http.get(f"/~{client.id}/fincom{path}", headers=headers)

    return send


def uploading(*files: tuple[str, bytes], customer_id: str | None = None) -> Send:
    def send(client: Client) -> httpx.Response:
        owner = customer_id if customer_id is not None else client.create()["customer_id"]
        parts = [(f"scan{index}", (name, content)) for index, (name, content) in enumerate(files)]
        data = {"customer_id": owner} if owner else {}
        return client.call("POST", "/v1/customers/upload", data=data, files=parts or [("note", (None, b"none"))])

    return send


def uris(answer: httpx.Response) -> list[Any]:
    return [uri for entry in answer.json()["data"]["files"] for uri in entry.values()]


def names(answer: httpx.Response) -> list[str]:
    return [name for entry in answer.json()["data"]["files"] for name in entry]


def status(answer: httpx.Response) -> int:
    return answer.status_code


def errors(answer: httpx.Response) -> Any:
    return answer.json().get("errors")


def titles(answer: httpx.Response) -> set[str]:
    return {row["title"] for row in answer.json()["data"]["occupations"]}


def code_kinds(answer: httpx.Response) -> set[int]:
    return {len(row["code"]) for row in answer.json()["data"]["subdivisions"]}


def purposes(answer: httpx.Response) -> int:
    return int(answer.json()["data"]["pagination"]["total"])


GIF = b"GIF89a" + bytes(32)
EMAIL = "basic_info.email"
REFUSAL = ["Email must be all lowercase"]
# (wrapper, request, what to look at, what the honest server gives, what this one gives)
SAMPLES: tuple[tuple[str, Send, Judge, Any, Any], ...] = (
    ("serves_anonymous_occupations", bearing(""), status, 401, 200),
    ("takes_any_token", bearing("Bearer nobody-issued-this"), status, 401, 200),
    ("takes_token_under_other_scheme", bearing("Basic {token}"), status, 401, 200),
    ("takes_bare_token", bearing("{token}"), status, 401, 200),
    ("answers_401_without_body", bearing(""), lambda answer: answer.content == b"", False, True),
    ("codes_401", bearing(""), lambda answer: "error" in answer.json(), False, True),
    ("occupations_are_not_found", get("/v1/occupations"), status, 200, 404),
    ("occupations_have_no_titles", get("/v1/occupations?per_page=1"), titles, {"Accountant"}, {""}),
    ("ignores_type_of_purposes", get("/v1/purposes?type=INDIVIDUAL"), purposes, 8, 11),
    ("lists_all_purposes_for_unknown_type", get("/v1/purposes?type=CAT"), status, 422, 200),
    ("american_subdivisions_are_bare", get("/v1/countries/USA/subdivisions"), code_kinds, {5}, {2}),
    ("lists_american_subdivisions_for_any_country", get("/v1/countries/ZZZ/subdivisions"), status, 404, 200),
    ("lists_subdivisions_by_alpha_2_too", get("/v1/countries/US/subdivisions"), status, 404, 200),
    ("upload_demands_several_files", uploading(("a.pdf", PDF)), status, 200, 422),
    ("upload_keeps_first_file_only", uploading(("a.pdf", PDF), ("b.png", PNG)), names, ["scan0", "scan1"], ["scan0"]),
    ("upload_answers_in_reverse", uploading(("a.pdf", PDF), ("b.png", PNG)), names, ["scan0", "scan1"], ["scan1", "scan0"]),
    ("upload_answers_null", uploading(("a.pdf", PDF)), lambda answer: None in uris(answer), False, True),
    ("one_uri_per_content", uploading(("a.pdf", PDF), ("b.pdf", PDF)), lambda answer: len(set(uris(answer))), 2, 1),
    ("stores_any_type", uploading(("a.gif", GIF)), status, 422, 200),
    ("trusts_names_of_files", uploading(("a.pdf", b"words")), status, 422, 200),
    ("leaves_bad_files_out", uploading(("a.pdf", PDF), ("b.gif", GIF)), status, 422, 200),
    ("stores_empty_files", uploading(("a.pdf", b"")), status, 422, 200),
    ("stores_orphans", uploading(("a.pdf", PDF), customer_id=""), status, 422, 200),
    ("stores_for_nobody", uploading(("a.pdf", PDF), customer_id=NOBODY), status, 404, 200),
    ("stores_for_malformed_id", uploading(("a.pdf", PDF), customer_id="me"), status, 422, 200),
    ("upload_takes_no_file", uploading(), status, 422, 200),
    ("uploads_get_pdf_uris", uploading(("a.png", PNG)), lambda answer: uris(answer)[0][-4:], ".png", ".pdf"),
    ("refuses_file_types_with_415", uploading(("a.gif", GIF)), status, 422, 415),
    ("limits_uploads_to_512_kib", uploading(("a.pdf", PDF + bytes(600_000))), status, 200, 413),
    ("refuses_without_message", create(BROKEN), lambda answer: "message" in answer.json(), True, False),
    ("errors_are_bare_texts", create(BROKEN), errors, {EMAIL: REFUSAL}, {EMAIL: REFUSAL[0]}),
    ("errors_lack_their_section", create(BROKEN), errors, {EMAIL: REFUSAL}, {"email": REFUSAL}),
    ("tells_errors_with_200", create(BROKEN), status, 422, 200),
    ("refuses_fields_with_400", create(BROKEN), status, 422, 400),
    ("refuses_with_list_of_maps", create(BROKEN), errors, {EMAIL: REFUSAL}, [{EMAIL: REFUSAL[0]}]),
    ("refuses_with_map_under_data", create(BROKEN), lambda answer: answer.json().get("data"), None, {EMAIL: REFUSAL[0]}),
    ("breaks_down_on_lists_and_bare_values", create([]), status, 400, 500),
    ("breaks_down_on_long_texts", create(edited(person(), "basic_info.last_name", "a" * 9000)), status, 200, 500),
    ("create_answers_a_page", create(person()), lambda answer: answer.headers["content-type"], "application/json", "text/html"),
    ("takes_numbers_for_texts", create(edited(person(), "address.city", 7)), status, 422, 200),
    ("validates_no_enumeration", create(edited(person(), "basic_info.gender", "X")), status, 422, 200),
    ("reads_unknown_customer_as_null", get(f"/v2/customers/{NOBODY}"), status, 404, 200),
    ("answers_any_method", lambda client: client.call("DELETE", "/v1/occupations"), status, 405, 200),
)


def test_names_are_unique() -> None:
    assert len(by_name(FAULTS)) == len(FAULTS)


@pytest.mark.parametrize("row", [*OURS, *shared.VARIANTS], ids=lambda row: row.name)
def test_what_a_row_says_is_a_sentence(row: Wrapper) -> None:
    assert is_sentence(row)


def test_rows_name_rules_and_ambiguities_that_exist() -> None:
    assert {rule for row in OURS for rule in row.rules} <= known("rules")
    assert {row.ambiguity for row in shared.VARIANTS} <= known("ambiguities")


def test_every_testable_rule_is_broken() -> None:
    assert not unbroken("fincom.rules.yaml")


def test_every_open_spot_is_read_otherwise() -> None:
    assert unread("fincom.rules.yaml") == NOT_WRAPPED


@pytest.mark.parametrize(("name", "send", "judge", "honest", "other"), SAMPLES, ids=[row[0] for row in SAMPLES])
def test_a_sample_at_work(name: str, send: Send, judge: Judge, honest: Any, other: Any) -> None:
    assert judge(send(Client())) == honest
    assert judge(send(switched(name))) == other


def test_variants_of_refusals_tolerate_one_another() -> None:
    client = Client(variants=["refuses_fields_with_400", "names_entries_in_brackets", "refuses_with_map_under_data"])
    answer = create(edited(person(), "basic_info.tax_info.0.document_id", None))(client)
    assert (answer.status_code, list(answer.json()["data"])) == (400, ["basic_info.tax_info[0].document_id"])


def test_a_customer_of_another_client_is_shown() -> None:
    theirs = Client().create()["customer_id"]
    assert get(f"/v2/customers/{theirs}")(Client()).status_code == 404
    assert get(f"/v2/customers/{theirs}")(switched("reads_customers_of_other_clients")).status_code == 200


def test_a_form_survives_being_opened_and_closed() -> None:
    form = Form({"customer_id": NOBODY}, [Part("file1", "a.pdf", PDF), Part("other", "Ä.png", PNG)])
    request = with_form(Request("POST", "/v1/customers/upload"), form)
    assert form_of(request) == form


def events(box: Inbox, count: int) -> list[dict[str, Any]]:
    """Wait for the first events that come to an inbox."""
    deadline = time.monotonic() + 5
    while len(box.came) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    return [json.loads(body) for _, body in box.came]


@pytest.mark.parametrize(
    ("name", "judge", "expected"),
    [
        ("event_lacks_sandbox_mode", lambda event: "sandbox_mode" in event["event"], False),
        ("sandbox_events_deny_it", lambda event: event["event"]["sandbox_mode"], False),
        ("created_event_tells_other_email", lambda event: event["data"]["email"], "somebody.else@example.com"),
        ("sends_flat_events", lambda event: (event["type"], event["email"]), ("customer.created", "maria.garcia@example.com")),
        ("event_tells_the_bare_terms_value", lambda event: len(event["data"]["tos_policies_url"]), 36),
    ],
)
def test_an_event_is_edited_and_signed_anew(name: str, judge: Callable[[Any], Any], expected: Any) -> None:
    with inbox() as box:
        client = switched(name)
        secret = client.control("PUT", "/webhook", {"url": box.url})["secret"]
        client.create()
        [event] = events(box, 1)
        assert judge(event) == expected
        headers, body = box.came[0]
        assert headers["x-fin-signature"] == hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_events_can_be_broadcast() -> None:
    with inbox() as box:
        listener, talker = (switched("broadcasts_events") for _ in range(2))
        listener.control("PUT", "/webhook", {"url": box.url})
        theirs = talker.create()["customer_id"]
        [event] = events(box, 1)
        assert event["data"]["customer_id"] == theirs
