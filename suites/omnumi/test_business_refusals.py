from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import Edit, drop, get, put
from strategies.omnumi import businesses as edits
from strategies.omnumi.businesses import bare, business_users, standard_business
from strategies.placeholders import resolve
from suites.omnumi.calls import control
from suites.omnumi.driver import Moment, Omnumi

# The member that is the same in two requests, and the answer that tells of it.
TAKEN = {
    edits.DOMAIN: "domain-taken",
    edits.EMAIL: "email-taken",
    edits.CONTROL_EMAIL: "control-person-taken",
    edits.NAME: "name-taken",
}
taken = pytest.mark.parametrize("member", TAKEN, ids=lambda member: member.replace(".", "-"))


def resolved(omnumi: Omnumi, payload: Json) -> Json:
    """The request with everything unique in it fixed, so that sending it again is the same request."""
    return resolve(payload, Moment(omnumi))


def refuses_onboarding(omnumi: Omnumi, payload: Json, *forms: Edit) -> None:
    """Each edited request must be refused, and the unedited one be taken."""
    body = resolved(omnumi, payload)
    omnumi.refuses(omnumi.onboard, body, forms, accepted="onboarded")


def second_with(omnumi: Omnumi, payload: Json, member: str) -> tuple[Exchange, Json]:
    """The answer to a request that shares one member with an onboarded one, and that request."""
    first = omnumi.set_up(omnumi.onboard(payload), "onboarded").sent
    again = put(member, get(first, member), name=f"same-{member}")(resolved(omnumi, payload))
    exchange = omnumi.onboard(again)
    exchange.note = f"the {member} of another business user"
    return exchange, again


def refuses_duplicate(omnumi: Omnumi, payload: Json, member: str) -> None:
    """What shares that member must be refused, and be taken with one of its own."""
    exchange, again = second_with(omnumi, payload, member)
    omnumi.expect(exchange)
    own = get(resolved(omnumi, standard_business()), member)
    control(omnumi.onboard(put(member, own, name="own")(again)), "onboarded")


@rule("omnumi/business-duplicate-domain-refused")
@given(payload=business_users())
def test_business_duplicate_domain_refused(omnumi: Omnumi, payload: Json) -> None:
    """A domain is not taken twice."""
    refuses_duplicate(omnumi, payload, edits.DOMAIN)


@rule("omnumi/business-duplicate-email-refused")
@given(payload=business_users())
def test_business_duplicate_email_refused(omnumi: Omnumi, payload: Json) -> None:
    """The e-mail address of a business is not taken twice."""
    refuses_duplicate(omnumi, payload, edits.EMAIL)


@rule("omnumi/business-duplicate-control-person-refused")
@given(payload=business_users())
def test_business_duplicate_control_person_refused(omnumi: Omnumi, payload: Json) -> None:
    """The e-mail address of a control person is not taken twice."""
    refuses_duplicate(omnumi, payload, edits.CONTROL_EMAIL)


@rule("omnumi/business-duplicate-name-refused")
@given(payload=business_users())
def test_business_duplicate_name_refused(omnumi: Omnumi, payload: Json) -> None:
    """The name of a business is not taken twice."""
    refuses_duplicate(omnumi, payload, edits.NAME)


@rule("omnumi/business-duplicate-domain-case")
@given(payload=business_users())
def test_business_duplicate_domain_case(omnumi: Omnumi, payload: Json) -> None:
    """A domain in other letters is the same domain."""
    first = omnumi.set_up(omnumi.onboard(payload), "onboarded").sent
    for how in (str.upper, str.capitalize):
        again = {**resolved(omnumi, payload), "domain": how(str(first["domain"]))}
        omnumi.expect(omnumi.onboard(again))


@rule("omnumi/business-retry-no-second-user")
@given(payload=business_users())
def test_business_retry_no_second_user(omnumi: Omnumi, payload: Json) -> None:
    """The same request again makes no second business user."""
    body = resolved(omnumi, payload)
    omnumi.set_up(omnumi.onboard(body), "onboarded")
    for _ in range(2):
        omnumi.expect(omnumi.onboard(body))


@rule("omnumi/amb-business-duplicate-compound")
def test_amb_business_duplicate_compound(omnumi: Omnumi) -> None:
    """A repeated request breaks four conditions at once."""
    body = resolved(omnumi, standard_business())
    omnumi.set_up(omnumi.onboard(body), "onboarded")
    exchange = omnumi.expect(omnumi.onboard(body))
    told = {entry["message"] for entry in entries(exchange.json)} & set(MESSAGES)
    omnumi.observe("all-listed" if len(told) > 1 else "first-found")


MESSAGES = (
    "Business domain already exists",
    "Business user is already registered with provided email id",
    "Business's control person is already registered with provided email id",
    "Business name already exists",
)


def entries(body: Json) -> Iterator[dict[str, Json]]:
    """Every entry of an error that has a message, wherever it stands."""
    if isinstance(body, dict):
        if isinstance(body.get("message"), str):
            yield body
        for value in body.values():
            yield from entries(value)
    elif isinstance(body, list):
        for value in body:
            yield from entries(value)


@rule("omnumi/business-400-shape")
@taken
def test_business_400_shape(omnumi: Omnumi, member: str) -> None:
    """A bad request is a list whose entries have a type and a message, or the common envelope."""
    omnumi.expect(second_with(omnumi, standard_business(), member)[0])


@rule("omnumi/business-400-shape")
@pytest.mark.parametrize("edit", [*edits.BAD_EMAILS, *edits.FAULTY], ids=lambda edit: edit.name)
def test_business_400_shape_of_validation(omnumi: Omnumi, edit: Edit) -> None:
    """A bad request is a list whose entries have a type and a message, or the common envelope."""
    omnumi.expect(omnumi.onboard(edit(standard_business())))


@rule("omnumi/business-400-messages-known")
@taken
def test_business_400_messages_known(omnumi: Omnumi, member: str) -> None:
    """What is taken already is told in the listed words."""
    omnumi.expect(second_with(omnumi, standard_business(), member)[0])


@rule("omnumi/amb-business-400-list")
def test_amb_business_400_list(omnumi: Omnumi) -> None:
    """The 400 is shown as a list whose type is a list of entries."""
    body = omnumi.expect(second_with(omnumi, standard_business(), edits.DOMAIN)[0]).json
    omnumi.observe("envelope" if isinstance(body, dict) else "as-shown" if isinstance(body[0].get("type"), list) else "flat-list")


@rule("omnumi/business-bad-request-400")
@given(payload=business_users())
def test_business_bad_request_400(omnumi: Omnumi, payload: Json) -> None:
    """What is faulty by any reading is a bad request."""
    omnumi.expect(omnumi.onboard({}))
    refuses_onboarding(omnumi, payload, *edits.FAULTY)


@rule("omnumi/business-blank-members-refused")
@pytest.mark.parametrize("member", edits.BLANKABLE)
@given(payload=business_users())
def test_business_blank_members_refused(omnumi: Omnumi, member: str, payload: Json) -> None:
    """A domain, a name or an e-mail address of nothing but blanks is a fault."""
    refuses_onboarding(omnumi, payload, *edits.blank(member))


@rule("omnumi/business-bad-email-refused")
@given(payload=business_users())
def test_business_bad_email_refused(omnumi: Omnumi, payload: Json) -> None:
    """An e-mail address that is none is a fault."""
    refuses_onboarding(omnumi, payload, *edits.BAD_EMAILS)


@rule("omnumi/business-bad-country-refused")
@given(payload=business_users())
def test_business_bad_country_refused(omnumi: Omnumi, payload: Json) -> None:
    """A country that there is not is a fault."""
    refuses_onboarding(omnumi, payload, *edits.BAD_COUNTRIES)


@rule("omnumi/business-bad-document-type-refused")
@given(payload=business_users())
def test_business_bad_document_type_refused(omnumi: Omnumi, payload: Json) -> None:
    """A type of document that there is not is a fault."""
    refuses_onboarding(omnumi, payload, *edits.BAD_DOCUMENT_TYPES)


@rule("omnumi/business-percentage-range")
@pytest.mark.parametrize("edit", edits.BAD_SHARES, ids=lambda edit: edit.name)
def test_business_percentage_range(omnumi: Omnumi, edit: Edit) -> None:
    """A share is not below zero, and not above a hundred."""
    refuses_onboarding(omnumi, standard_business(), edit)


@rule("omnumi/business-account-failure-400")
@pytest.mark.parametrize("step", ["account", "identity", "business"])
def test_business_account_failure_400(omnumi: Omnumi, step: str) -> None:
    """An account or identity that cannot be made is the documented bad request."""
    with omnumi.failing_onboarding(step) as client:
        body = resolved(client, standard_business())
        client.expect(client.call("onboardBusinessUser", body if omnumi.takes_prefix else bare(body)))
    control(client.onboard(body), "onboarded")


@rule("omnumi/business-refused-has-no-effect")
@given(payload=business_users(), edit=st.sampled_from(edits.BAD_EMAILS + edits.FAULTY))
def test_business_refused_has_no_effect(omnumi: Omnumi, payload: Json, edit: Edit) -> None:
    """A refused onboarding takes neither domain nor name nor e-mail address."""
    body = resolved(omnumi, payload)
    omnumi.set_up(omnumi.onboard(edit(body)), "business-400")
    other = omnumi.set_up(omnumi.onboard(standard_business()), "onboarded").sent
    omnumi.set_up(omnumi.onboard({**body, "domain": other["domain"]}), "business-400")
    omnumi.expect(omnumi.onboard(body))


def one_wins(omnumi: Omnumi, member: str, answer: str) -> None:
    """Of requests at the same time that share only this member one must succeed, and the rest tell of it."""
    shared = get(resolved(omnumi, standard_business()), member)
    bodies = [omnumi.business_body(put(member, shared, name="shared")(standard_business())) for _ in range(8)]
    told = omnumi.together([omnumi.prepare("onboardBusinessUser", body)[0] for body in bodies])
    for exchange in told:
        omnumi.expect(exchange, answers=["onboarded", answer])
    won = sum(exchange.status == 201 for exchange in told)
    if won != 1:
        raise omnumi.breach(f"of {len(told)} requests with one {member} at the same time {won} succeeded", *told)


@rule("omnumi/business-parallel-domain-one-wins")
def test_business_parallel_domain_one_wins(omnumi: Omnumi) -> None:
    """Of several requests with one domain at the same time one succeeds."""
    one_wins(omnumi, edits.DOMAIN, "domain-taken")


@rule("omnumi/business-parallel-email-one-wins")
def test_business_parallel_email_one_wins(omnumi: Omnumi) -> None:
    """Of several requests with one e-mail address at the same time one succeeds."""
    one_wins(omnumi, edits.EMAIL, "email-taken")


@rule("omnumi/amb-business-account-address")
def test_amb_business_account_address(omnumi: Omnumi) -> None:
    """The accountAddress of the sample has 43 hexadecimal digits."""
    exchange = omnumi.expect(omnumi.onboard(edits.AS_IN_THE_SAMPLE(standard_business())))
    omnumi.observe("accepted" if exchange.status == 201 else "refused")


@rule("omnumi/amb-business-control-persons")
def test_amb_business_control_persons(omnumi: Omnumi) -> None:
    """Control persons are one object at the top and a list inside owners."""
    exchange = omnumi.expect(omnumi.onboard(edits.CONTROL_PERSONS_AS_LIST(standard_business())))
    omnumi.observe("accepted" if exchange.status == 201 else "refused")


@rule("omnumi/amb-business-base64")
def test_amb_business_base64(omnumi: Omnumi) -> None:
    """The content of a file begins with the word base64 and a comma, and is cut off."""
    forms = {"prefix-only": resolved(omnumi, standard_business()), "bare-only": bare(resolved(omnumi, standard_business()))}
    told = {name: omnumi.expect(omnumi.call("onboardBusinessUser", body)) for name, body in forms.items()}
    taken_forms = [name for name, exchange in told.items() if exchange.status == 201]
    if not taken_forms:
        raise omnumi.breach("a file is taken neither with the word base64 before its content nor without", *told.values())
    omnumi.observe("both" if len(taken_forms) > 1 else taken_forms[0])


@rule("omnumi/amb-business-required")
def test_amb_business_required(omnumi: Omnumi) -> None:
    """Which members are required is not listed."""
    demanded = []
    for member in sorted(standard_business()):
        exchange = omnumi.expect(omnumi.onboard(drop(member)(standard_business())))
        demanded += [member] if exchange.status == 400 else []
    omnumi.observe("few" if set(demanded) <= set(edits.BLANKABLE) else "more")


@rule("omnumi/amb-business-uniqueness-scope")
def test_amb_business_uniqueness_scope(omnumi: Omnumi) -> None:
    """Within what domain, name and e-mail address are unique is not said."""
    body = omnumi.set_up(omnumi.onboard(standard_business()), "onboarded").sent
    exchange = omnumi.expect(omnumi.second().call("onboardBusinessUser", body))
    omnumi.observe("per-tenant" if exchange.status == 201 else "global")
