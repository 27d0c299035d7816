from __future__ import annotations

import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import drop
from strategies.mbanq.clients import clients
from strategies.mbanq.standard import IDENTITIES, SPELLING, TYPES, identifier, of_type, person
from strategies.placeholders import resolve
from suites.judging import objections
from suites.mbanq.calls import NOBODY, control, pages
from suites.mbanq.driver import Customer, Mbanq, Moment, body_of, client_id

AT_ONCE = 6


@rule("mbanq/create-pending")
@given(payload=clients())
def test_create_pending(mbanq: Mbanq, payload: Json) -> None:
    """A new client is Pending."""
    exchange = mbanq.expect(mbanq.create(payload))
    shown = mbanq.look(Customer(client_id(exchange)))
    status = shown.client.get("status")
    number = status.get("id", 100) if isinstance(status, dict) else 100
    if shown.main != "pending" or number != 100 or shown.client.get("active") is True:
        raise mbanq.breach(f"a new client shows {shown}, status {status}, active {shown.client.get('active')}", exchange)


@rule("mbanq/create-not-verified")
@given(payload=clients())
def test_create_not_verified(mbanq: Mbanq, payload: Json) -> None:
    """A new client is not Verified."""
    exchange = mbanq.expect(mbanq.create(payload))
    mbanq.is_not_verified(Customer(client_id(exchange)), exchange)


@rule("mbanq/create-answer-has-id")
@given(payload=clients())
def test_create_answer_has_id(mbanq: Mbanq, payload: Json) -> None:
    """The answer to a new client gives its id as an integer."""
    exchange = mbanq.expect(mbanq.create(payload))
    found = mbanq.read(client_id(exchange))
    if body_of(found).get("id") != client_id(exchange):
        raise mbanq.breach(f"the answer names client {client_id(exchange)}, which reads as {found.status}", exchange, found)


@rule("mbanq/create-ids-unique")
@given(payload=clients())
def test_create_ids_unique(mbanq: Mbanq, payload: Json) -> None:
    """Two clients never share an id."""
    made = [mbanq.expect(mbanq.create(payload)) for _ in range(4)]
    if len({client_id(exchange) for exchange in made}) != len(made):
        raise mbanq.breach(f"several clients have one id: {[client_id(exchange) for exchange in made]}", *made)


@rule("mbanq/create-listed-once")
@given(payload=clients())
def test_create_listed_once(mbanq: Mbanq, payload: Json) -> None:
    """A new client stands once in the list, and nobody else with its e-mail address."""
    # What the list was before may still lie somewhere.
    pages(mbanq)
    made = mbanq.expect(mbanq.create(body := resolve(payload, Moment(mbanq))), answers=["client-created"])
    number = client_id(made)
    entries = mbanq.awaited(lambda: pages(mbanq), lambda shown: any(entry.get("id") == number for entry in shown))
    times = sum(entry.get("id") == number for entry in entries)
    twins = [entry.get("id") for entry in entries if entry.get("emailAddress") == body["emailAddress"] and entry.get("id") != number]
    if times != 1 or twins:
        raise mbanq.breach(f"client {number} is listed {times} times, its e-mail address also for {twins or 'nobody'}", made)


@rule("mbanq/create-parallel-all-kept")
@given(payload=clients())
def test_create_parallel_all_kept(mbanq: Mbanq, payload: Json) -> None:
    """Clients that are created in parallel are all kept."""
    bodies = [resolve(payload, Moment(mbanq)) for _ in range(AT_ONCE)]
    prepared = [mbanq.sandbox.client.prepare("createClient", json=body) for body in bodies]
    made = [mbanq.expect(exchange) for exchange in mbanq.together(prepared)]
    if len({client_id(exchange) for exchange in made}) != AT_ONCE:
        raise mbanq.breach(f"of {AT_ONCE} clients some share an id: {sorted(client_id(exchange) for exchange in made)}", *made)
    for exchange, body in zip(made, bodies, strict=True):
        read = mbanq.expect(mbanq.read(client_id(exchange)), answers=["read"])
        if (shown := read.json.get("emailAddress", body["emailAddress"])) != body["emailAddress"]:
            raise mbanq.breach(f"client {client_id(exchange)} has another one's e-mail address {shown}", exchange, read)


@rule("mbanq/create-then-verify-refused")
@pytest.mark.parametrize("kind", TYPES)
@given(payload=clients())
def test_create_then_verify_refused(mbanq: Mbanq, kind: str, payload: Json) -> None:
    """A bare new client does not pass verification."""
    customer = mbanq.created(payload)
    mbanq.is_not_verified(customer, mbanq.expect(mbanq.verify(customer, of_type(kind))))


@rule("mbanq/amb-create-status-code")
def test_amb_create_status_code(mbanq: Mbanq) -> None:
    """Whether a new client is answered with 200 or 201."""
    mbanq.observe(str(mbanq.expect(mbanq.create()).status))


@rule("mbanq/amb-required-members")
@pytest.mark.parametrize("member", [member for member in person() if member not in SPELLING])
def test_amb_required_members(mbanq: Mbanq, member: str) -> None:
    """Which members a new client or identifier must have; the SDK's list is no promise of the API."""
    exchange = mbanq.expect(mbanq.create(drop(member)(person())))
    mbanq.observe(f"{member}: {'accepted' if exchange.status < 300 else 'refused'}")
    control(mbanq.create(), "client-created")


@rule("mbanq/amb-idempotency-header")
def test_amb_idempotency_header(mbanq: Mbanq) -> None:
    """Whether a repeated Idempotency-Key replays the first answer."""
    headers = {"Idempotency-Key": mbanq.world.unique()}
    body = resolve(person(), Moment(mbanq))
    first, second = (mbanq.expect(mbanq.send("createClient", json=body, headers=headers)) for _ in range(2))
    replayed = body_of(first) == body_of(second)
    for exchange in (first, second):
        if not objections(exchange, answers=["client-created"]):
            mbanq.set_up(mbanq.read(client_id(exchange)), "read")
    mbanq.observe("replayed" if replayed else "ignored")


# --- identifiers -----------------------------------------------------------------------------------------------------------


@rule("mbanq/documents-keep-pending")
@given(payload=clients())
def test_documents_keep_pending(mbanq: Mbanq, payload: Json) -> None:
    """Adding documents leaves a client Pending and not Verified."""
    customer = mbanq.created(payload)
    for kind in IDENTITIES:
        exchange = mbanq.expect(mbanq.add(customer, identifier(kind)))
        if (shown := mbanq.is_not_verified(customer, exchange)).main != "pending":
            raise mbanq.breach(f"with a document the client is {shown}", exchange)


@rule("mbanq/identifier-stored")
@pytest.mark.parametrize("kind", IDENTITIES)
def test_identifier_stored(mbanq: Mbanq, kind: str) -> None:
    """An added identifier is listed with its type."""
    customer = mbanq.created()
    mbanq.with_identifier(customer, "passport")
    exchange = mbanq.expect(mbanq.add(customer, identifier(kind)))
    listed = mbanq.expect(mbanq.identifiers(customer), answers=["listed"])
    found = [entry for entry in listed.json if entry.get("id") == exchange.json["resourceId"]]
    wanted = int(exchange.sent["documentTypeId"])
    if len(found) != 1 or (found[0].get("documentType") or {}).get("id", wanted) != wanted:
        raise mbanq.breach(f"an identifier of type {wanted} was added as {exchange.json['resourceId']}, and listed as {found}", listed)


@rule("mbanq/identifier-answer-has-id")
@pytest.mark.parametrize("kind", IDENTITIES)
def test_identifier_answer_has_id(mbanq: Mbanq, kind: str) -> None:
    """The answer to an added identifier gives its id as an integer."""
    mbanq.expect(mbanq.add(mbanq.created(), identifier(kind)))


@rule("mbanq/identifier-duplicate-refused")
@pytest.mark.parametrize("kind", IDENTITIES)
def test_identifier_duplicate_refused(mbanq: Mbanq, kind: str) -> None:
    """The same type and key again is refused."""
    customer = mbanq.created()
    first = mbanq.set_up(mbanq.add(customer, identifier(kind)), "identifier-added")
    mbanq.expect(mbanq.add(customer, first.sent))
    if len(listed := mbanq.set_up(mbanq.identifiers(customer), "listed").json) != 1:
        raise mbanq.breach(f"the same identifier is there {len(listed)} times")
    control(mbanq.add(customer, identifier(kind)), "identifier-added")


@rule("mbanq/removal-names-identifier")
def test_removal_names_identifier(mbanq: Mbanq) -> None:
    """Ids in the answer to a removal are those of the client and of the identifier."""
    for kind in ("passport", "ssn"):
        customer = mbanq.created()
        number = int(mbanq.set_up(mbanq.add(customer, identifier(kind)), "identifier-added").json["resourceId"])
        exchange = mbanq.expect(mbanq.remove(customer, number))
        told = {"clientId": customer.id, "resourceId": number}
        wrong = {member: body_of(exchange)[member] for member in told if body_of(exchange).get(member, told[member]) != told[member]}
        if wrong:
            raise mbanq.breach(f"identifier {number} of client {customer.id} was removed, and the answer says {wrong}", exchange)


@rule("mbanq/identifier-unknown-client-404")
def test_identifier_unknown_client_404(mbanq: Mbanq) -> None:
    """An identifier for an unknown client is not taken."""
    for number in (NOBODY, NOBODY + 1):
        mbanq.expect(mbanq.add(number, identifier("passport")))
    control(mbanq.add(mbanq.created(), identifier("passport")), "identifier-added")
