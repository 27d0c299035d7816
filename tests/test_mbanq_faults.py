"""The faults and variants of Mbanq: what their tables say, and that each of a sample lies where it should and nowhere else."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.mbanq.faults import FAULTS
from mockserver.mbanq.variants import VARIANTS
from mockserver.wrappers import Fault, Variant, by_name
from tests.mbanq_kit import PASSPORT, SSN, VERIFY, Instance, newcomer, reasons

SPECS = Path(__file__).resolve().parent.parent / "specs"
CODE = "userMessageGlobalisationCode"


@cache
def rows(key: str) -> list[dict[str, Any]]:
    """Return all rules, or all ambiguities, of Mbanq."""
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(SPECS.glob("mbanq*.rules.yaml"))]
    return [row for file in files for row in file.get(key, ())]


def ids(found: Iterable[dict[str, Any]]) -> set[str]:
    """Return the ids of rows, covered ones included."""
    return {identity for row in found for identity in (row["id"], *row.get("covers", ()))}


def faulty(name: str, **wish: Any) -> Instance:
    """Return an instance that meets a server with a fault."""
    return Instance(faults=[name], **wish)


def varied(*names: str, **wish: Any) -> Instance:
    """Return an instance that meets a server with other readings."""
    return Instance(variants=list(names), **wish)


def test_names_are_unique_and_everything_named_exists() -> None:
    assert by_name([*FAULTS, *VARIANTS])
    assert {rule for fault in FAULTS for rule in fault.rules} - ids(rows("rules")) == set()
    assert {variant.ambiguity for variant in VARIANTS} - ids(rows("ambiguities")) == set()


def test_every_testable_rule_has_a_fault() -> None:
    broken = {rule for fault in FAULTS for rule in fault.rules}
    assert {row["id"] for row in rows("rules") if "not_tested" not in row and not ids([row]) & broken} == set()


def test_every_open_spot_with_two_readings_has_a_variant() -> None:
    spots = {row["id"] for row in rows("ambiguities") if "not_observable" not in row and len(row["readings"]) > 1}
    assert spots - {variant.ambiguity for variant in VARIANTS} == set()


@pytest.mark.parametrize("wrapper", [*FAULTS, *VARIANTS], ids=lambda each: each.name)
def test_wrappers_say_what_they_do(wrapper: Fault | Variant) -> None:
    assert wrapper.provider == "mbanq"
    assert wrapper.says[0].islower()
    assert len(wrapper.says.split()) > 2
    assert not wrapper.says.endswith(".")
    assert wrapper.on_request


@pytest.mark.parametrize(
    ("name", "gap", "kinds"),
    [
        ("passes_without_address", "address", ("PARTIAL", "FULL")),
        ("counts_secondary_address", "address-primary", ("PARTIAL", "FULL")),
        ("counts_mailing_address", "address-physical", ("PARTIAL", "FULL")),
        ("counts_inactive_address", "address-active", ("PARTIAL", "FULL")),
        ("passes_without_identifier", "identifier", ("PARTIAL", "FULL")),
        ("counts_expired_identifier", "identifier-expired", ("PARTIAL", "FULL")),
        ("counts_inactive_identifier", "identifier-inactive", ("PARTIAL", "FULL")),
        ("passes_without_email", "email", ("PARTIAL", "FULL")),
        ("passes_unverified_email", "email-verified", ("PARTIAL", "FULL")),
        ("passes_without_mobile", "mobile", ("PARTIAL", "FULL")),
        ("treats_full_as_partial", "full-identity", ("FULL",)),
        ("full_skips_the_core", "email", ("FULL",)),
        ("partial_skips_the_core", "email", ("PARTIAL",)),
    ],
)
def test_a_gap_is_forgiven_and_no_other(name: str, gap: str, kinds: tuple[str, ...]) -> None:
    bank = faulty(name)
    for kind in ("PARTIAL", "FULL"):
        assert bank.verify(bank.ready(gap), kind).status_code == (200 if kind in kinds or gap == "full-identity" else 403)
    other = "mobile-verified" if gap != "mobile" else "email"
    unforgiving = {"full_skips_the_core": "PARTIAL", "partial_skips_the_core": "FULL"}.get(name, "FULL")
    assert bank.verify(bank.ready(other), unforgiving).status_code == 403
    assert bank.verify(bank.ready()).status_code == 200


@pytest.mark.parametrize(
    ("name", "identifiers", "kind"),
    [
        ("ignores_ssn", ["SSN"], "FULL"),
        ("ignores_itin", ["ITIN"], "FULL"),
        ("ignores_physical_id", ["Passport"], "FULL"),
        ("knows_no_passport", ["Passport"], "PARTIAL"),
        ("demands_two_documents", ["SSN"], "PARTIAL"),
        ("refuses_three_documents", ["SSN", "ITIN", "Passport"], "PARTIAL"),
        ("refuses_any_expired_document", ["SSN", {"type": "Passport", "expired": True}], "PARTIAL"),
    ],
)
def test_good_documents_are_refused(name: str, identifiers: list[object], kind: str) -> None:
    bank = faulty(name)
    assert bank.verify(bank.ready(identifiers=identifiers), kind).status_code == 403
    assert bank.verify(bank.ready(), kind).status_code == 200


def test_removed_documents_count_and_others_do_not() -> None:
    bank = faulty("counts_removed_identifiers")
    client = bank.ready("identifier")
    assert bank.verify(client).status_code == 403
    added = bank.call("POST", f"/v1/clients/{client}/identifiers", SSN).json()["resourceId"]
    bank.call("DELETE", f"/v1/clients/{client}/identifiers/{added}")
    assert bank.verify(client).status_code == 200


def test_the_order_of_what_was_added_matters() -> None:
    bank = faulty("wants_address_before_identifier")
    late, early = bank.ready("address", "identifier"), bank.ready("address", "identifier")
    for client, order in ((late, ("identifier", "address")), (early, ("address", "identifier"))):
        for what in order:
            change: dict[str, list[Any]] = {"addresses": [{}]} if what == "address" else {"add_identifiers": ["SSN"]}
            bank.control("PATCH", f"/customers/{client}", change)
    assert (bank.verify(late).status_code, bank.verify(early).status_code) == (403, 200)


@pytest.mark.parametrize("name", ["refuses_with_422", "answers_422_to_missing_email"])
def test_a_refusal_has_another_status(name: str) -> None:
    bank = faulty(name)
    assert bank.verify(bank.ready("email")).status_code == 422
    assert bank.verify(bank.ready("address")).status_code == (422 if name == "refuses_with_422" else 403)


@pytest.mark.parametrize("member", ["message", "code"])
def test_a_refusal_lacks_its_reason(member: str) -> None:
    name = {"message": "developerMessage", "code": CODE}[member]
    for word in ("no", "null", "empty", "blank", "numeric"):
        bank = faulty(f"refuses_with_{word}_{member}")
        body = bank.verify(bank.ready("email")).json()
        values = [each.get(name) for each in (body, *body["errors"])]
        assert not any(isinstance(value, str) and value.strip() for value in values)


def test_reasons_are_confused_made_up_or_untrue() -> None:
    bank = faulty("takes_missing_email_for_missing_address")
    assert reasons(bank.verify(bank.ready("email"))) == reasons(bank.verify(bank.ready("address")))
    bank = faulty("makes_codes_up")
    client = bank.ready("email")
    assert reasons(bank.verify(client)) != reasons(bank.verify(client))
    bank = faulty("names_more_than_is_missing")
    assert reasons(bank.verify(bank.ready("email"))) == ["primary.address.required", "email.required"]
    bank = faulty("calls_gaps_a_permission")
    assert bank.verify(bank.ready("email")).json()[CODE] == "error.msg.not.authorized"
    bank = faulty("shows_keys_in_args")
    client = bank.ready("email")
    key = bank.call("GET", f"/v1/clients/{client}/identifiers").json()[0]["documentKey"]
    assert key in bank.verify(client).text


def test_refusals_leave_traces() -> None:
    for name, expected in (("rejects_whom_it_refuses", ("Rejected", False)), ("verifies_despite_403", ("Pending", True))):
        bank = faulty(name)
        client = bank.ready("email")
        assert bank.verify(client).status_code == 403
        assert bank.state(client) == expected
    bank = faulty("never_forgives")
    client = bank.ready("email")
    bank.verify(client)
    bank.control("PATCH", f"/customers/{client}", {"gaps": []})
    assert (bank.verify(client).status_code, bank.state(client)) == (403, ("Pending", False))
    bank = faulty("passes_whoever_improved")
    client = bank.ready("email", "address")
    bank.verify(client)
    bank.control("PATCH", f"/customers/{client}", {"addresses": [{}]})
    assert bank.verify(client).status_code == 200


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("takes_any_word_for_partial", {"kycVerificationType": "SOME"}),
        ("takes_small_full_for_partial", {"kycVerificationType": "full"}),
        ("takes_list_for_partial", {"kycVerificationType": ["FULL"]}),
    ],
)
def test_a_wrong_type_is_taken(name: str, body: dict[str, Any]) -> None:
    bank = faulty(name)
    assert bank.command(bank.ready("full-identity"), "verify", body).status_code == 200
    assert bank.command(bank.ready("email"), "verify", body).status_code == 403


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("checks_nothing_without_type", b"{}"),
        ("checks_nothing_without_body", b""),
        ("takes_broken_json", b'{"kycVerificationType": "FULL"'),
    ],
)
def test_nothing_is_checked(name: str, content: bytes) -> None:
    bank = faulty(name)
    assert bank.command(bank.ready("email"), "verify", ..., content=content).status_code == 200
    assert bank.verify(bank.ready("email")).status_code == 403


def test_calls_are_mistaken() -> None:
    bank = faulty("lets_body_choose_client")
    client, other = bank.ready(), bank.ready()
    bank.command(client, "verify", {**VERIFY, "clientId": other})
    assert (bank.state(client)[1], bank.state(other)[1]) == (False, True)
    bank = faulty("verifies_on_get")
    client = bank.ready()
    bank.call("GET", f"/v1/clients/{client}?command=verify")
    assert bank.state(client)[1]
    assert faulty("verifies_unknown_clients").verify(99).status_code == 200
    assert faulty("breaks_down_on_malformed_ids").verify("abc").status_code == 500


def test_strangers_are_let_in_by_one_door_only() -> None:
    bank = Instance(faults=["lets_in_without_token_to_read"])
    client = bank.ready()
    nobody = {"authorization": None}
    assert bank.call("GET", f"/v1/clients/{client}", headers=nobody).status_code == 200
    assert bank.call("GET", f"/v1/clients/{client}", headers={"authorization": "Bearer x"}).status_code == 401
    assert bank.command(client, "verify", VERIFY, headers=nobody).status_code == 401


def test_a_foreign_client_is_verified() -> None:
    others = Instance(faults=["verifies_foreign_clients"]), Instance()
    clients = [[other.ready() for _ in range(count)][-1] for other, count in zip(others, (30, 31), strict=True)]
    bank = faulty("verifies_foreign_clients")
    assert [bank.verify(client).status_code for client in clients] == [200, 404], "who does not share the fault is left alone"
    assert Instance().verify(clients[0]).status_code == 404


def test_parallel_clients_share_a_number() -> None:
    bank = faulty("gives_parallel_clients_one_id")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: bank.call("POST", "/v1/clients", newcomer()).json()["clientId"], range(4)))
    assert len(set(answers)) < 4


def test_activation_overtakes_verification() -> None:
    bank = faulty("activates_too_early")
    client = bank.ready()
    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(bank.verify, client), pool.submit(bank.activate, client)]
    assert [each.result().status_code for each in answers] == [403, 200]
    assert bank.state(client) == ("Active", False)


def test_a_document_goes_while_it_is_looked_at() -> None:
    bank = faulty("forgets_between")
    client = bank.ready("identifier")
    added = bank.call("POST", f"/v1/clients/{client}/identifiers", PASSPORT).json()["resourceId"]
    with ThreadPoolExecutor(2) as pool:
        verify = pool.submit(bank.verify, client)
        pool.submit(bank.call, "DELETE", f"/v1/clients/{client}/identifiers/{added}")
    assert (verify.result().status_code, bank.state(client)) == (200, ("Pending", False))


@pytest.mark.parametrize(
    ("name", "gap", "kind", "status"),
    [
        ("trusts_mobile_numbers", "mobile-verified", "FULL", 200),
        ("partial_needs_no_address", "address", "PARTIAL", 200),
        ("partial_needs_no_address", "address", "FULL", 403),
        ("partial_needs_no_mobile", "mobile", "PARTIAL", 200),
        ("full_needs_number_and_id", "ssn", "FULL", 403),
        ("full_needs_proof_of_address", "proof-of-address", "FULL", 403),
        ("full_needs_proof_of_address", "proof-of-address", "PARTIAL", 200),
        ("partial_needs_proof_of_address", "proof-of-address", "PARTIAL", 403),
    ],
)
def test_more_or_less_is_asked_for(name: str, gap: str, kind: str, status: int) -> None:
    bank = varied(name)
    client = bank.ready(gap)
    assert bank.verify(client, kind).status_code == status
    assert bank.state(client)[1] == (status == 200)
    assert bank.verify(bank.ready(), kind).status_code == 200
    assert bank.control("GET", f"/customers/{client}")["gaps"] == Instance().control("POST", "/customers", {"gaps": [gap]})["gaps"]


def test_settings_that_were_given_stay() -> None:
    bank = varied("full_needs_number_and_id", "activates_unless_told", settings={"full_demands": "any", "enforce_verification": True})
    assert bank.verify(bank.ready("ssn"), "FULL").status_code == 200
    assert bank.activate(bank.ready()).status_code == 403
    bank = varied("activates_unless_told")
    assert bank.activate(bank.ready()).status_code == 200


def test_verification_takes_its_time() -> None:
    bank = varied("verifies_later", clock={"mode": "stopped", "now": "2026-03-10T12:00:00Z"})
    client = bank.ready()
    path = f"/v1/clients/{client}/verificationstatus"
    assert bank.verify(client).json()["data"] == {"clientKycStatus": "IN_PROGRESS"}
    assert (bank.call("GET", path).json()["status"], bank.state(client)[1]) == ("IN_PROGRESS", False)
    assert bank.activate(client).status_code == 403
    bank.control("POST", "/clock/advance", {"seconds": 3})
    assert (bank.call("GET", path).json()["status"], bank.state(client)[1]) == ("APPROVED", True)
    assert bank.activate(client).status_code == 200


def test_what_came_of_it_is_shown_elsewhere() -> None:
    for name, told, named, word in (
        ("shows_approved_only", 200, None, "APPROVED"),
        ("shows_it_in_the_client", 404, "Verified", "APPROVED"),
        ("shows_it_apart", 200, None, None),
        ("shows_it_nowhere", 404, None, None),
    ):
        bank = varied(name)
        client = bank.ready(verified=True)
        shown = bank.read(client)
        assert bank.call("GET", f"/v1/clients/{client}/verificationstatus").status_code == told
        assert (shown["subStatus"].get("name"), shown.get("clientVerificationStatus")) == (named, word)
    bank = varied("shows_it_in_the_status")
    assert bank.read(bank.ready(verified=True))["status"]["value"] == "Verified"


def test_refusals_are_read_otherwise_all_at_once() -> None:
    bank = varied(
        "omits_null", "names_the_first_gap", "gives_the_reason_twice", "refuses_unknown_clients_with_403", "refuses_active_with_400"
    )
    body = bank.verify(bank.ready("email", "mobile")).json()
    assert (body[CODE], reasons(bank.verify(bank.ready("email", "mobile")))) == ("error.msg.client.email.required", ["email.required"])
    assert "value" not in body["errors"][0]
    assert bank.verify(99).status_code == 403
    assert bank.activate(bank.ready(status="Active", verified=True)).status_code == 400
    bare = varied("gives_the_reason_at_the_top")
    assert "errors" not in bare.verify(bare.ready("email")).json()


def test_requests_say_less_or_come_again() -> None:
    bank = varied("demands_names_only", "demands_type_and_key_only", "creates_with_201", "replays_by_key", "needs_no_command")
    response = bank.call(
        "POST", "/v1/clients", {"firstname": "Maria", "lastname": "Garcia", "officeId": 1}, headers={"idempotency-key": "1"}
    )
    client = response.json()["clientId"]
    assert (response.status_code, bank.read(client).keys() & {"emailAddress", "mobileNo", "dateOfBirth", "gender"}) == (201, set())
    again = bank.call("POST", "/v1/clients", newcomer(), headers={"idempotency-key": "1"})
    assert (again.json(), again.headers["x-served-from-cache"]) == (response.json(), "true")
    assert bank.call("POST", f"/v1/clients/{client}/identifiers", {"documentTypeId": 1, "documentKey": "1"}).status_code == 200
    ready = bank.ready()
    assert bank.call("POST", f"/v1/clients/{ready}", VERIFY).status_code == 200
    assert bank.state(ready)[1]
