"""The faults and variants of Omnumi: what their tables say, and that each of a sample lies where it should and nowhere else."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from mockserver.omnumi.faults import FAULTS
from mockserver.omnumi.variants import VARIANTS
from mockserver.wrappers import Fault, Variant, by_name
from tests.omnumi_kit import STOPPED, Partner, business, told

SPECS = Path(__file__).resolve().parent.parent / "specs"
JUNK = (
    b"",
    b"{",
    b"null",
    b"[1e400]",
    b'{"amount": 7, "sender": []}',
    b"[" * 2000,
    b"\xff\xfe",
    b'{"contractAddress": {}, "invoiceId": [1]}',
)


@cache
def rows(key: str) -> list[dict[str, Any]]:
    """Return all rules, or all ambiguities, of Omnumi."""
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(SPECS.glob("omnumi*.rules.yaml"))]
    return [row for file in files for row in file.get(key) or ()]


def ids(found: Iterable[dict[str, Any]]) -> set[str]:
    """Return the ids of rows, covered ones included."""
    return {identity for row in found for identity in (row["id"], *row.get("covers", ()))}


def faulty(name: str, **wish: Any) -> Partner:
    """Return a tenant that meets a server with a fault."""
    return Partner(faults=[name], **wish)


def varied(*names: str, **wish: Any) -> Partner:
    """Return a tenant that meets a server with other readings."""
    return Partner(variants=list(names), **wish)


def test_names_are_unique_and_everything_named_exists() -> None:
    assert by_name([*FAULTS, *VARIANTS])
    assert {rule for fault in FAULTS for rule in fault.rules} - ids(rows("rules")) == set()
    assert {variant.ambiguity for variant in VARIANTS} - ids(rows("ambiguities")) == set()


def test_every_testable_rule_and_every_member_of_a_family_has_a_fault() -> None:
    broken = {rule for fault in FAULTS for rule in fault.rules}
    testable = [row for row in rows("rules") if "not_tested" not in row and row["id"] not in broken]
    assert {identity for row in testable for identity in row.get("covers", [row["id"]])} - broken == set()


def test_every_open_spot_has_a_variant_per_reading_that_is_not_the_honest_one() -> None:
    read = [variant.ambiguity for variant in VARIANTS]
    spots = [row for row in rows("ambiguities") if "not_observable" not in row]
    assert {row["id"] for row in spots if read.count(row["id"]) < len(row["readings"]) - 1} == set()


@pytest.mark.parametrize("wrapper", [*FAULTS, *VARIANTS], ids=lambda each: each.name)
def test_wrappers_say_what_they_do(wrapper: Fault | Variant) -> None:
    assert wrapper.provider == "omnumi"
    assert wrapper.says[0].islower()
    assert len(wrapper.says.split()) > 2
    assert not wrapper.says.endswith(".")
    assert wrapper.on_request


@pytest.mark.parametrize("name", [each.name for each in (*FAULTS, *VARIANTS)])
def test_junk_breaks_no_wrapper(name: str) -> None:
    partner = varied(name) if name in {each.name for each in VARIANTS} else faulty(name)
    partner.create(invoiceId="A")
    partner.settle("A", "1")
    for path in ("/onchain-preauth", "/onchain-preauth/A/settle", "/onchain-preauth/B/settle", "/tenant/business-user"):
        for body in JUNK:
            assert_fit(partner.call("POST", path, content=body))
    for path in (
        "/onchain-preauth/A",
        "/tenant/customer/pii-customer-details/A",
        f"/tenant/customer/pii-customer-details/{partner.customer()}",
    ):
        assert_fit(partner.call("GET", path))
    assert_fit(partner.onboard())
    assert_fit(partner.call("POST", "/onchain-preauth", partner.asked(), {"authorization": None}))


def assert_fit(response: httpx.Response) -> None:
    """Expect an answer of the server's own, and no failure of a wrapper."""
    assert "x-mock-wrapper-failed" not in response.headers


@pytest.mark.parametrize(
    ("name", "changes", "status"),
    [
        ("takes_missing_sender", {"sender": ...}, 201),
        ("takes_null_amount", {"amount": None}, 201),
        ("takes_blank_invoiceId", {"invoiceId": " "}, 201),
        ("takes_lists_as_receiver", {"receiver": []}, 201),
        ("reserves_zero", {"amount": "0"}, 201),
        ("compares_zero_as_text", {"amount": "0.00"}, 201),
        ("takes_nan", {"amount": "NaN"}, 201),
        ("takes_infinity", {"amount": "Infinity"}, 201),
        ("reads_other_bases", {"amount": "0x10"}, 201),
        ("reads_the_beginning", {"amount": "12abc"}, 201),
        ("reads_exponents_as_digits", {"amount": "1e3"}, 201),
        ("takes_unknown_tokens", {"contractAddress": "0x" + "1" * 40}, 201),
        ("takes_unregistered_senders", {"sender": "0x" + "1" * 40}, 201),
        ("defaults_on_garbage", {"expiresAt": "soon"}, 201),
        ("reads_epochs", {"expiresAt": "4078900000"}, 201),
        ("rolls_days_over", {"expiresAt": "2099-02-30T12:00:00Z"}, 201),
        ("revives_the_past", {"expiresAt": "2001-01-01T12:00:00Z"}, 201),
        ("answers_400_to_missing_allowance", {"amount": "1001"}, 500),
        ("wants_more_than_enough", {"amount": "1000"}, 500),
        ("wants_a_point", {"amount": "12"}, 400),
    ],
)
def test_one_create_is_judged_otherwise(name: str, changes: dict[str, Any], status: int) -> None:
    partner = faulty(name)
    assert partner.create().status_code == 201
    assert partner.create(**changes).status_code == status
    assert told(partner.create(sender=partner.receiver, receiver=partner.receiver))[0] == 400


@pytest.mark.parametrize(
    ("name", "amount", "status"),
    [
        ("settles_excess", "1000", 200),
        ("settles_zero", "0", 200),
        ("settles_other_zeros", "0.0", 200),
        ("settles_negative_amounts", "-1", 200),
        ("settles_all_on_null", None, 200),
        ("settles_all_on_words", "many", 200),
        ("answers_400_to_zero", "0", 400),
        ("wants_full_amounts", "150.7", 409),
        ("refuses_full_amounts", "150.75", 409),
        ("compares_as_text_and_settles", "1000", 200),
        ("compares_as_text_and_refuses", "9", 409),
    ],
)
def test_one_settlement_is_judged_otherwise(name: str, amount: object, status: int) -> None:
    partner = faulty(name)
    assert partner.settle(partner.created(), amount).status_code == status
    assert Partner().settle("nothing", amount).status_code == 404


def test_strangers_are_let_in_by_one_door_only() -> None:
    partner = faulty("lets_anonymous_callers_get")
    invoice, nobody = partner.created(), {"authorization": None}
    assert partner.call("GET", f"/onchain-preauth/{invoice}", headers=nobody).status_code == 200
    assert partner.call("GET", f"/onchain-preauth/{invoice}", headers={"authorization": "Bearer x"}).status_code == 401
    assert partner.settle(invoice, headers=nobody).status_code == 401


@pytest.mark.parametrize(
    ("name", "sender", "receiver"),
    [
        ("charges_what_was_authorized", "700", "300"),
        ("withholds_a_fee", "900", "90"),
        ("moves_nothing", "1000", "0"),
        ("moves_twice", "800", "200"),
        ("spares_the_sender", "1000", "100"),
        ("spares_the_receiver", "900", "0"),
        ("charges_at_creation", "600", "100"),
    ],
)
def test_tokens_move_otherwise(name: str, sender: str, receiver: str) -> None:
    partner = faulty(name)
    partner.settle(partner.created(amount="300"), "100")
    assert partner.balances() == (sender, receiver)


def test_those_who_come_together_are_all_served() -> None:
    partner = faulty("creates_for_all")
    body = partner.asked(amount="1")
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: partner.call("POST", "/onchain-preauth", body).status_code, range(4)))
    assert made.count(201) > 1
    partner = faulty("settles_for_all")
    invoice = partner.created()
    with ThreadPoolExecutor(4) as pool:
        settled = list(pool.map(lambda _: partner.settle(invoice, "1").status_code, range(4)))
    assert settled.count(200) > 1
    assert partner.balances() != ("999", "1")


def test_expiry_is_counted_otherwise() -> None:
    partner = faulty("never_expires", clock=STOPPED)
    invoice = partner.created()
    partner.advance(90_000)
    assert partner.read(invoice)["status"] == "AUTHORIZED"
    assert partner.settle(invoice).status_code == 200
    partner = faulty("keeps_locks_of_expired", clock=STOPPED)
    partner.created(amount="900")
    partner.advance(90_000)
    assert told(partner.create(amount="900"))[2] == "Insufficient Allowance"
    partner = faulty("settles_by_itself", clock=STOPPED)
    invoice = partner.created()
    partner.advance(90_000)
    assert partner.read(invoice)["status"] == "SETTLED"


def test_history_is_told_otherwise() -> None:
    partner = faulty("loses_the_latest_change")
    identity = partner.customer()
    partner.control("PATCH", f"/customers/{identity}", {"changes": {"firstName": "Bell"}})
    assert partner.pii(identity).json()["data"]["historyData"] == []
    partner = faulty("shows_stale_data")
    identity = partner.customer()
    partner.control("PATCH", f"/customers/{identity}", {"changes": {"firstName": "Bell"}})
    assert partner.pii(identity).json()["data"]["firstName"] == "Ready"


def test_businesses_are_onboarded_otherwise() -> None:
    partner = faulty("takes_domain_twice")
    assert [partner.onboard().status_code for _ in range(2)] == [201, 201]
    partner = faulty("burns_domains")
    assert partner.onboard(businessUserEmail="x").status_code == 400
    assert partner.onboard().status_code == 400


def test_preauthorizations_are_read_otherwise_all_at_once() -> None:
    partner = varied(
        "pads_amounts", "shows_zero_before_settlement", "says_completed", "allows_tips", "reads_expiries_as_utc",
        "ignores_case_of_invoices", "wants_registered_senders_only", "replays_creates",
    )  # fmt: skip
    body = partner.asked(amount="100", expiresAt="2099-01-01", receiver="0x" + "1" * 40)
    first = partner.call("POST", "/onchain-preauth", body)
    assert (first.json()["amount"], first.json()["expiresAt"]) == (f"100.{'0' * 18}", "2099-01-01T00:00:00.000Z")
    assert partner.call("POST", "/onchain-preauth", body).json() == first.json()
    assert partner.read(body["invoiceId"].lower())["settledAmount"] == "0"
    assert partner.settle(body["invoiceId"].lower(), "120").json()["status"] == "COMPLETED"


def test_expiry_is_read_otherwise() -> None:
    partner = varied("takes_past_expiries", "expires_in_a_job", "names_expired_as_state", "has_a_default_per_token", clock=STOPPED)
    past = partner.created(expiresAt="2026-03-01T00:00:00Z")
    assert told(partner.settle(past))[2] == "Invalid settlement state: EXPIRED"
    soon = partner.created(expiresAt="2026-03-10T12:01:00Z")
    partner.advance(61)
    assert (partner.read(soon)["status"], partner.settle(soon).status_code) == ("AUTHORIZED", 409)
    partner.advance(600)
    assert partner.read(soon)["status"] == "EXPIRED"
    partner = varied("is_valid_at_the_instant", clock=STOPPED)
    soon = partner.created(expiresAt="2026-03-10T12:01:00Z")
    partner.advance(60)
    assert partner.settle(soon).status_code == 200


def test_allowances_are_counted_otherwise() -> None:
    partner = varied("checks_each_alone")
    first, second = partner.created(amount="800"), partner.created(amount="800")
    assert partner.settle(first, "800").status_code == 200
    assert told(partner.settle(second, "800")) == (500, "onchain", "Settlement failed")
    assert partner.settle(second, "200").status_code == 200
    assert partner.control("GET", f"/wallets/{partner.sender}")["locked"] == {partner.token: "0"}


def test_people_are_read_otherwise_all_at_once() -> None:
    partner = varied(
        "shows_changed_members_only", "names_history_as_data", "masks_history", "says_flags_as_text", "answers_both_entries",
        "denies_people_with_listed_statuses", "lists_entries_flat", "keeps_names_as_sent", "has_no_end", "lists_all_duplicates",
    )  # fmt: skip
    identity = partner.customer()
    partner.control("PATCH", f"/customers/{identity}", {"changes": {"dob": "1990-01-01"}})
    data = partner.pii(identity).json()["data"]
    assert data["historyData"][0]["newDetails"].keys() == {"customerAccountId", "remarks", "dob"}
    assert data["namespaces"][0]["isGlobal"] == "true"
    assert len(partner.pii("x").json()["errors"]) == 2
    assert partner.pii(identity, headers={"authorization": None}).status_code == 404
    shown = partner.onboard().json()["data"]
    assert (shown["business_user_name"], shown["end_date"]) == (business()["businessUserName"], None)
    assert [entry["message"] for entry in partner.onboard().json()][-1] == "Business name already exists"
