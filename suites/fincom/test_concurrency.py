from collections import Counter
from contextlib import nullcontext

import msgspec
from hypothesis import given

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.files import sample
from strategies.fincom.attachments import Application, applications, with_new_files
from suites.fincom.attaching import attached
from suites.fincom.driver import Customer, Fincom

AT_ONCE = 6


@rule("fincom-v2/second-attach-in-flight-is-409")
@given(application=applications())
def test_a_second_attach_is_a_conflict(fincom: Fincom, application: Application) -> None:
    """While one attach of a customer is in flight, a second one is a conflict."""
    second = with_new_files(application.documents, "second")
    with fincom.hold():
        customer = attached(fincom, application, second)
        fincom.expect(fincom.attach(customer, second))


@rule("fincom-v2/conflict-body-is-fixed")
@given(application=applications())
def test_the_conflict_has_the_printed_body(fincom: Fincom, application: Application) -> None:
    """The conflict has the body that the guide prints."""
    second = with_new_files(application.documents, "second")
    with fincom.hold():
        customer = attached(fincom, application, second)
        fincom.expect(fincom.attach(customer, second))


def race(fincom: Fincom, customer: Customer, application: Application) -> Exchange:
    """Attach several bodies of one customer at the same instant: exactly one may win, and the winner is returned."""
    bodies = [with_new_files(application.documents, f"runner-{index}") for index in range(AT_ONCE)]
    prepared = [fincom.prepare_attach(customer, body) for body in bodies]
    # Where the first cannot get through the queue meanwhile, the status has not moved, and every loser is a conflict.
    held = "hold" in fincom.sandbox.capabilities
    with fincom.hold() if held else nullcontext():
        answers = ["queued", "conflict"] if held else None
        exchanges = [fincom.expect(exchange, answers=answers) for exchange in fincom.together(prepared)]
    winners = [exchange for exchange in exchanges if exchange.status == 200]
    if len(winners) != 1:
        statuses = ", ".join(f"{count} x {status}" for status, count in sorted(Counter(each.status for each in exchanges).items()))
        raise fincom.breach(f"of {AT_ONCE} attaches at the same instant {len(winners)} were taken instead of one: {statuses}", *winners)
    return winners[0]


@rule("fincom-v2/parallel-attach-one-winner")
@given(application=applications())
def test_one_of_many_wins(fincom: Fincom, application: Application) -> None:
    """Of several attaches at the same instant exactly one is taken; the others are conflicts, or no longer eligible."""
    race(fincom, fincom.new_customer(application.customer), application)


@rule("fincom-v2/conflict-does-not-replace-documents")
@given(application=applications())
def test_losers_leave_no_trace(fincom: Fincom, application: Application) -> None:
    """After several attaches at once the customer is as if only the winner's had been sent, with one change of status."""
    client = fincom.listening()
    customer = client.new_customer(application.customer)
    winner = race(client, customer, application)
    client.wait_for_status(customer, {"REVIEWING"})
    told = told_statuses(client, customer)
    if told not in (["REVIEWING"], ["PROCESSING", "REVIEWING"]):
        raise client.breach(f"one attach was taken, and the events told of {', '.join(told) or 'nothing'}", winner)
    if "files-history" in client.sandbox.capabilities:
        held, sent = held_uris(client, customer), uris_in(msgspec.json.decode(winner.request_body))
        if held != sent:
            raise client.breach(f"the customer holds the files {sorted(held)}, the attach that was taken had {sorted(sent)}", winner)


def told_statuses(client: Fincom, customer: Customer) -> list[str]:
    """What the customer.status events told, each event once, after waiting for REVIEWING."""
    client.inbox.wait_for(lambda events: any(each.customer_id == customer.id and each.status == "REVIEWING" for each in events))
    client.settle()
    events = client.inbox.events(customer.id, "customer.status")
    return list({event.id or str(index): event.status for index, event in enumerate(events)}.values())


def held_uris(client: Fincom, customer: Customer) -> set[str]:
    """The URIs of the documents that the customer holds, by the target's own account."""
    return uris_in(client.sandbox.control.customer(customer.id)["documents"])


def uris_in(documents: Json) -> set[str]:
    """Every file URI in an attach body or in the documents of a customer."""
    sections = ("identifying_documents", "address_documents")
    return {file["uri"] for section in sections for document in documents.get(section, []) for file in document["files"]}


@rule("fincom-v2/lock-is-per-customer")
@given(application=applications(), other=applications())
def test_the_lock_is_per_customer(fincom: Fincom, application: Application, other: Application) -> None:
    """While one customer's attach is in flight, another customer can attach."""
    with fincom.hold():
        attached(fincom, application)
        fincom.expect(fincom.attach(fincom.new_customer(other.customer), other.documents))


@rule("fincom-v2/upload-during-attach-is-free")
@given(application=applications())
def test_uploads_are_not_locked(v2: Fincom, application: Application) -> None:
    """Files can be uploaded while an attach is in flight."""
    with v2.hold():
        customer = attached(v2, application)
        v2.expect(v2.upload(customer.id, [("file1", sample("pdf"))]))
