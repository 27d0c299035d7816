from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import NotCheckable
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.mbanq.gaps import ATTRIBUTE_OF, CORE, flawed, flaws
from strategies.mbanq.standard import FULL, TYPES, identifier, of_type
from suites.mbanq.driver import Mbanq, body_of
from suites.mbanq.reasons import CODE, DOMAIN_RULE, MESSAGE, PERMISSION, Reason, codes, entries, reasons, texts

EVERY_FLAW = tuple(ATTRIBUTE_OF)
each_attribute = pytest.mark.parametrize("attribute", CORE)


def refused(mbanq: Mbanq, *lacking: str) -> Exchange:
    """The answer to verifying a client with these gaps; a 403 or nothing to look at."""
    exchange = mbanq.verify(mbanq.lacking(*lacking))
    if exchange.status != 403:
        raise NotCheckable(f"a client with gaps was answered with {exchange.status}, so there is no refusal to look at")
    return exchange


@rule("mbanq/refusal-status-403")
@pytest.mark.parametrize("flaw", EVERY_FLAW)
def test_refusal_status_403(mbanq: Mbanq, flaw: str) -> None:
    """Every unmet requirement is answered with 403."""
    mbanq.expect(mbanq.verify(mbanq.lacking(flaw)))
    if "status-control" in mbanq.sandbox.capabilities:
        mbanq.control(mbanq.verify(mbanq.ready()), "done")


@rule("mbanq/refusal-has-developermessage")
@given(lacking=flawed())
def test_refusal_has_developermessage(mbanq: Mbanq, lacking: tuple[str, ...]) -> None:
    """A refusal carries a developerMessage that says something."""
    says_something(mbanq, lacking, MESSAGE)


@rule("mbanq/refusal-has-code")
@given(lacking=flawed())
def test_refusal_has_code(mbanq: Mbanq, lacking: tuple[str, ...]) -> None:
    """A refusal carries a userMessageGlobalisationCode that says something."""
    says_something(mbanq, lacking, CODE)


def says_something(mbanq: Mbanq, lacking: tuple[str, ...], member: str) -> None:
    """The member must be text at the top or in the first entry, and nothing but text or null in the other; for every core attribute."""
    for gaps in (lacking, *((attribute,) for attribute in CORE)):
        exchange = refused(mbanq, *gaps)
        said = texts(exchange, member)
        if not any(isinstance(text, str) and text.strip() for text in said) or not all(isinstance(text, str | None) for text in said):
            raise mbanq.breach(f"{member} is {said or 'absent'}", exchange)


def by_attribute(mbanq: Mbanq, body: Json = FULL) -> dict[str, Exchange]:
    """The refusal of one and the same client for the absence of each core attribute, so that no id or name makes a difference.

    What PARTIAL does without, it is not refused for (mbanq/amb-partial).
    """
    customer = mbanq.ready()
    found = {}
    for attribute in CORE:
        mbanq.take(customer, attribute)
        exchange = mbanq.verify(customer, body)
        if body == FULL or exchange.status != 200:
            found[attribute] = mbanq.expect(exchange, answers=["refused-for-a-gap"])
        mbanq.mend(customer, attribute)
    return found


def overlap(found: dict[str, Exchange]) -> list[str]:
    """Which two attributes share a reason."""
    told = {attribute: reasons(exchange) for attribute, exchange in found.items()}
    return [f"{a} and {b} share {sorted(told[a] & told[b])}" for a in CORE for b in CORE if a < b and told[a] & told[b]]


@rule("mbanq/refusal-reason-specific")
@pytest.mark.parametrize("kind", TYPES)
def test_refusal_reason_specific(mbanq: Mbanq, kind: str) -> None:
    """Different gaps have different reasons."""
    found = by_attribute(mbanq, of_type(kind))
    told: dict[frozenset[Reason], str] = {}
    for attribute, exchange in found.items():
        given_before = told.setdefault(reasons(exchange), attribute)
        if given_before != attribute or not reasons(exchange):
            raise mbanq.breach(f"lacking {attribute} and lacking {given_before} have the same reasons: {exchange.text[:400]}", exchange)


@rule("mbanq/refusal-reason-stable")
@given(lacking=flawed())
def test_refusal_reason_stable(mbanq: Mbanq, lacking: tuple[str, ...]) -> None:
    """The same gap has the same reason code each time."""
    for gaps in (lacking, *((attribute,) for attribute in CORE)):
        customer = mbanq.lacking(*gaps)
        same = [mbanq.expect(mbanq.verify(customer)) for _ in range(3)]
        others = [mbanq.expect(mbanq.verify(mbanq.lacking(*gaps))) for _ in range(2)]
        told = {codes(exchange) for exchange in same + others}
        if len(told) > 1:
            raise mbanq.breach(f"lacking {gaps}, the codes are {sorted(map(sorted, told))}", *same, *others)


@rule("mbanq/refusal-reason-true")
def test_refusal_reason_true(mbanq: Mbanq) -> None:
    """A requirement that is met is not named as missing."""
    found = by_attribute(mbanq)
    if shared := overlap(found):
        raise mbanq.breach(f"a refusal names what is there: {'; '.join(shared)}", *found.values())


@rule("mbanq/refusal-reason-true")
@given(lacking=st.sets(st.sampled_from(CORE), min_size=2, max_size=3))
def test_reasons_of_several_gaps_are_true(mbanq: Mbanq, lacking: set[str]) -> None:
    """A requirement that is met is not named as missing."""
    found = by_attribute(mbanq)
    exchange = mbanq.expect(mbanq.verify(mbanq.ready(*sorted(lacking))))
    for attribute in set(CORE) - lacking:
        if false := reasons(exchange) & reasons(found[attribute]):
            raise mbanq.breach(f"{attribute} is there, and the refusal names it: {sorted(false)}", exchange)


@rule("mbanq/refusal-code-machine-readable")
@given(lacking=flawed())
def test_refusal_code_machine_readable(mbanq: Mbanq, lacking: tuple[str, ...]) -> None:
    """The reason code is a dotted token, not a sentence."""
    for gaps in (lacking, *((attribute,) for attribute in CORE)):
        exchange = mbanq.expect(refused(mbanq, *gaps))
        for code in [*codes(exchange), *(text for text in texts(exchange, CODE) if isinstance(text, str))]:
            if not re.fullmatch(r"[A-Za-z0-9._-]+", code):
                raise mbanq.breach(f"{code!r} is no token", exchange)


@rule("mbanq/refusal-top-code-domain")
@each_attribute
def test_refusal_top_code_domain(mbanq: Mbanq, attribute: str) -> None:
    """The code at the top of a refusal is that of a domain rule, unless the reason itself stands there."""
    exchange = mbanq.expect(refused(mbanq, attribute))
    top, inner = body_of(exchange).get(CODE), {entry.get(CODE) for entry in entries(exchange)}
    # With no other code to give, the reason itself stands at the top (mbanq/amb-reason-code-place).
    if top not in (None, DOMAIN_RULE) and not (top in inner or not inner - {None}):
        raise mbanq.breach(f"the code at the top is {top!r}, beside {sorted(map(str, inner))}", exchange)


@rule("mbanq/refusal-httpstatuscode-string")
@each_attribute
def test_refusal_httpstatuscode_string(mbanq: Mbanq, attribute: str) -> None:
    """The member httpStatusCode repeats the status of the answer, as text."""
    exchange = mbanq.expect(refused(mbanq, attribute))
    if (said := body_of(exchange).get("httpStatusCode", "403")) != "403":
        raise mbanq.breach(f"httpStatusCode is {said!r} in a 403", exchange)


@rule("mbanq/refusal-default-user-message")
@each_attribute
def test_refusal_default_user_message(mbanq: Mbanq, attribute: str) -> None:
    """The member defaultUserMessage is text."""
    exchange = mbanq.expect(refused(mbanq, attribute))
    wrong = [said for said in texts(exchange, "defaultUserMessage") if not isinstance(said, str)]
    if wrong:
        raise mbanq.breach(f"defaultUserMessage is {wrong[0]!r}", exchange)


@rule("mbanq/refusal-errors-list")
@each_attribute
def test_refusal_errors_list(mbanq: Mbanq, attribute: str) -> None:
    """The member errors is a list of at least one entry."""
    exchange = mbanq.expect(refused(mbanq, attribute))
    listed = body_of(exchange).get("errors", [{}])
    if not isinstance(listed, list) or not listed or not all(isinstance(entry, dict) for entry in listed):
        raise mbanq.breach(f"errors is {listed!r}", exchange)


SHAPES: dict[str, type | tuple[type, ...]] = {
    MESSAGE: str,
    "defaultUserMessage": str,
    CODE: str,
    "parameterName": (str, type(None)),
    "args": list,
}


@rule("mbanq/refusal-entry-shape")
@given(lacking=flawed())
def test_refusal_entry_shape(mbanq: Mbanq, lacking: tuple[str, ...]) -> None:
    """Messages and codes of an entry are texts, and its args a list of objects."""
    for gaps in (lacking, *((attribute,) for attribute in CORE)):
        exchange = mbanq.expect(refused(mbanq, *gaps))
        for entry in entries(exchange):
            wrong = {member: entry[member] for member, kind in SHAPES.items() if member in entry and not isinstance(entry[member], kind)}
            if wrong or not all(isinstance(arg, dict) for arg in entry.get("args", [])):
                raise mbanq.breach(f"an entry of errors has {wrong or entry['args']}", exchange)


@rule("mbanq/refusal-distinct-from-permission")
@each_attribute
def test_refusal_distinct_from_permission(mbanq: Mbanq, attribute: str) -> None:
    """A missing document and a missing permission are told apart."""
    limited = mbanq.with_settings(may_verify=False)
    permission = limited.expect(limited.verify(limited.ready(attribute)), answers=["forbidden-status"])
    gap = mbanq.expect(mbanq.verify(mbanq.ready(attribute)), answers=["forbidden-status"])
    if every_code(gap) & (every_code(permission) | {PERMISSION}):
        raise mbanq.breach(f"both are answered with {sorted(every_code(gap))}", permission, gap)


def every_code(exchange: Exchange) -> frozenset[str]:
    """The codes that tell the reason; the one at the top where there is no other."""
    return codes(exchange) or frozenset(text for text in texts(exchange, CODE) if isinstance(text, str))


@rule("mbanq/refusal-json")
@given(flaw=flaws())
def test_refusal_json(mbanq: Mbanq, flaw: str) -> None:
    """A refusal is JSON, and says so."""
    exchange = refused(mbanq, flaw)
    if not exchange.is_json or not isinstance(exchange.json, dict):
        raise mbanq.breach(f"the refusal is {exchange.headers.get('content-type', 'of no type')}: {exchange.text[:200]!r}", exchange)


@rule("mbanq/refusal-leaks-no-secret")
@pytest.mark.parametrize("lacking", ["address", "email", "mobile"])
def test_refusal_leaks_no_secret(mbanq: Mbanq, lacking: str) -> None:
    """A refusal shows no key of a document."""
    customer = mbanq.ready(lacking, "identifier")
    keys = [document_key(mbanq, customer.id, kind) for kind in ("ssn", "passport", "itin")]
    exchange = mbanq.expect(mbanq.verify(customer))
    if shown := [key for key in keys if key in re.sub(r"[\s-]", "", exchange.text)]:
        raise mbanq.breach(f"the refusal shows {len(shown)} keys of documents", exchange)


def document_key(mbanq: Mbanq, customer: int, kind: str) -> str:
    """The key of an identifier that was just added."""
    sent: Json = mbanq.set_up(mbanq.add(customer, identifier(kind)), "identifier-added").sent
    return str(sent["documentKey"])


# --- open spots --------------------------------------------------------------------------------------------------------------


@rule("mbanq/amb-reason-code-place")
@each_attribute
def test_amb_reason_code_place(mbanq: Mbanq, attribute: str) -> None:
    """Where the specific reason code stands is not shown."""
    exchange = mbanq.expect(mbanq.verify(mbanq.lacking(attribute)))
    top = body_of(exchange).get(CODE) not in (None, DOMAIN_RULE)
    inner = any(entry.get(CODE) for entry in entries(exchange))
    mbanq.observe("both" if top and inner else "top" if top else "errors")


@rule("mbanq/amb-reason-code-names")
@pytest.mark.parametrize("flaw", EVERY_FLAW)
def test_amb_reason_code_names(mbanq: Mbanq, flaw: str) -> None:
    """No reason code is published."""
    exchange = mbanq.expect(mbanq.verify(mbanq.ready(flaw)))
    mbanq.observe(f"{flaw}: {', '.join(sorted(codes(exchange)))}")


@rule("mbanq/amb-all-or-first")
def test_amb_all_or_first(mbanq: Mbanq) -> None:
    """Whether a refusal names all gaps or the first."""
    exchange = mbanq.expect(mbanq.verify(mbanq.ready(*CORE)))
    mbanq.observe("all" if len(reasons(exchange)) > 1 else "first")


@rule("mbanq/amb-null-in-errors")
@each_attribute
def test_amb_null_in_errors(mbanq: Mbanq, attribute: str) -> None:
    """Whether an empty value of an error entry is shown as null or left out."""
    exchange = mbanq.expect(mbanq.verify(mbanq.lacking(attribute)))
    for entry in entries(exchange):
        mbanq.observe("omitted" if "value" not in entry else "shown" if entry["value"] is None else "filled")
    if not entries(exchange):
        mbanq.observe("no-entries")


@rule("mbanq/amb-403-two-meanings")
def test_amb_403_two_meanings(mbanq: Mbanq) -> None:
    """A gap and a missing permission are both 403."""
    limited = mbanq.with_settings(may_verify=False)
    limited.expect(limited.verify(limited.ready()))
    mbanq.observe("told-apart")
