from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.openapi import specification
from harness.rules import Basis, rule
from strategies.coverage import RawCase, Violation, raw_cases, undocumented_methods, violations
from strategies.harbor.individuals import non_us_individuals, us_individuals
from strategies.harbor.standard import standard_us
from strategies.placeholders import resolve
from suites.harbor.calls import LOOK_UPS, NOBODY, control
from suites.harbor.driver import CATALOGUES, Customer, Harbor, Moment, both
from suites.harbor.test_transport import with_method

SPEC = Path("specs/harbor.openapi.yaml")
OPERATIONS = tuple(specification(SPEC).operations)
# Only where a target claims to have them.
CLAIMED = {"subscribe": "subscriptions"}
ELSEWHERE_ONLY = ("has_us_bank_account", "bank_statement")


# What the schema states and an ambiguity of the catalogue leaves open: the path, the keyword, and who records it instead.
OPEN = {("individual.ssn", "type"): "harbor/amb-ssn-as-number"}


def grouped(basis: Basis) -> dict[str, tuple[Violation, ...]]:
    """The violations of a submission of that basis by the payload that carries the field, named as tests show them."""
    groups: dict[str, list[Violation]] = defaultdict(list)
    for violation in violations(SPEC, "submitOnboarding"):
        if violation.basis is basis and (violation.path, violation.keyword) not in OPEN:
            groups[carrier(violation.path)].append(violation)
    return {name: tuple(found) for name, found in groups.items()}


def carrier(path: str) -> str:
    """Whose payload carries the field: a section of a company, or a person of the group that gives it."""
    section, _, rest = path.partition(".")
    if section != "individual":
        return section.replace("_", "-")
    return "resident-elsewhere" if rest.startswith(ELSEWHERE_ONLY) else "us-resident"


SUBMISSION = {basis: grouped(basis) for basis in Basis}
PEOPLE = ("us-resident", "resident-elsewhere")


def of_people(basis: Basis) -> list[str]:
    """The groups of persons that have violations of that basis."""
    return [name for name in SUBMISSION[basis] if name in PEOPLE]


def of_companies(basis: Basis) -> list[str]:
    """The sections of companies that have violations of that basis."""
    return [name for name in SUBMISSION[basis] if name not in PEOPLE]


def refuses_each(harbor: Harbor, found: tuple[Violation, ...], payload: Json, customer: Customer) -> None:
    """Every violation must be refused for its field, and the payload without it be taken."""
    for violation in found:
        exchange = harbor.submit(customer, violation.edit(payload))
        exchange.note = violation.edit.name
        harbor.expect(exchange, names=both(violation.path) if violation.path.startswith("individual") else [violation.path])
    control(harbor.submit(customer, payload), "accepted")


@rule("harbor/schema-violations-are-refused")
@pytest.mark.parametrize("group", of_people(Basis.DOCUMENTED))
@given(us=us_individuals(optionals="all"), elsewhere=non_us_individuals(account=True))
def test_schema_violations_are_refused(harbor: Harbor, group: str, us: Json, elsewhere: Json) -> None:
    """A body that breaks one stated constraint (a required field, an enumeration, a format, a count) is refused for that field."""
    person = us if group == PEOPLE[0] else elsewhere
    refuses_each(harbor, SUBMISSION[Basis.DOCUMENTED][group], person, harbor.ready())


@rule("harbor/implied-constraints-are-checked")
@pytest.mark.parametrize("group", of_people(Basis.INFERRED))
@given(us=us_individuals(optionals="all"), elsewhere=non_us_individuals(account=True))
def test_implied_constraints_are_checked(harbor: Harbor, group: str, us: Json, elsewhere: Json) -> None:
    """A body that breaks one implied constraint (a type, a blank text, a lower bound) is refused for that field."""
    person = us if group == PEOPLE[0] else elsewhere
    refuses_each(harbor, SUBMISSION[Basis.INFERRED][group], person, harbor.ready())


@rule("harbor/open-cases-are-answered")
@pytest.mark.parametrize("group", of_people(Basis.SILENT))
@given(us=us_individuals(optionals="all"), elsewhere=non_us_individuals(account=True))
def test_open_bodies_are_answered(harbor: Harbor, group: str, us: Json, elsewhere: Json) -> None:
    """Whatever the documents leave open is answered with a known status, and breaks nothing."""
    for violation in SUBMISSION[Basis.SILENT][group]:
        # One that is taken leaves an onboarding, so each has a customer of its own.
        exchange = harbor.submit(harbor.ready(), violation.edit(us if group == PEOPLE[0] else elsewhere))
        exchange.note = violation.edit.name
        harbor.expect(exchange)


def send_raw(harbor: Harbor, operation_id: str, case: RawCase, customer: Customer) -> Exchange:
    """Send a case of the schema as it is, about a customer of ours where it names one."""
    path = {**case.path, **({"customer_uuid": customer.id} if "customer_uuid" in case.path else {})}
    parts: dict[str, Any] = {"path": path, "query": case.query, "headers": {"Accept": "application/json", **case.headers}}
    if case.has_body:
        parts["json"] = case.body
    exchange = harbor.send(operation_id, **parts)
    exchange.note = case.name
    return exchange


def applicable(harbor: Harbor, operation_id: str) -> None:
    """Leave the test where the target does not claim to have the operation."""
    if operation_id in CLAIMED:
        harbor.needs(CLAIMED[operation_id])


@rule("harbor/open-cases-are-answered")
@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_open_cases_are_answered(harbor: Harbor, operation_id: str) -> None:
    """Whatever the documents leave open is answered with a known status, and breaks nothing."""
    applicable(harbor, operation_id)
    customer = harbor.ready()
    for case in raw_cases(SPEC, operation_id):
        harbor.expect(send_raw(harbor, operation_id, case, customer))


@rule("harbor/undocumented-methods-are-refused")
@pytest.mark.parametrize("catalogue", LOOK_UPS)
def test_undocumented_methods_are_refused(harbor: Harbor, catalogue: str) -> None:
    """The path of a look-up answers only to GET."""
    operation_id, country = CATALOGUES[catalogue], LOOK_UPS[catalogue]
    path = {"country": country} if country else {}
    prepared = harbor.sandbox.client.prepare(operation_id, path=path, json={}, headers={"Accept": "application/json"})
    for method in undocumented_methods(SPEC, operation_id):
        harbor.expect(with_method(harbor, prepared, method))
    control(harbor.look_up(catalogue, country), "listed")


def described(harbor: Harbor, *exchanges: Exchange) -> None:
    """The answers, if the specification describes them."""
    for exchange in exchanges:
        if exchange.violation:
            raise harbor.breach(exchange.violation, exchange)


@rule("harbor/answers-match-the-specification")
def test_answers_match_the_specification(harbor: Harbor) -> None:
    """Every answer has a status, a content type and a body that the operation's description knows."""
    customer = harbor.ready()
    described(harbor, harbor.read(customer), harbor.correct(customer, standard_us()))
    described(harbor, harbor.expect(harbor.submit(customer, standard_us()), answers=["accepted"]))
    described(harbor, harbor.expect(harbor.read(customer), answers=["read"]))
    described(harbor, harbor.submit(customer, standard_us()), harbor.correct(customer, standard_us()))
    for catalogue, country in LOOK_UPS.items():
        described(harbor, harbor.expect(harbor.look_up(catalogue, country), answers=["listed"]))


@rule("harbor/answers-match-the-specification")
@pytest.mark.parametrize("status", ["submitted", "action_required", "verified", "rejected", "failed"])
def test_answers_match_the_specification_in_every_status(harbor: Harbor, status: str) -> None:
    """Every answer has a status, a content type and a body that the operation's description knows."""
    harbor.needs("status-control")
    customer = harbor.in_status(status)
    described(harbor, harbor.expect(harbor.read(customer), answers=["read"]))
    described(harbor, harbor.submit(customer, standard_us()), harbor.correct(customer, standard_us()))


@rule("harbor/answers-match-the-specification")
def test_refusals_match_the_specification(harbor: Harbor) -> None:
    """Every answer has a status, a content type and a body that the operation's description knows."""
    customer = harbor.ready()
    bodies: list[Json] = [{}, [], {"individual": {}}, resolve({"individual": {"email": "nobody"}}, Moment(harbor))]
    described(harbor, *(call(each, body) for body in bodies for call in (harbor.submit, harbor.correct) for each in (customer, NOBODY)))
    described(harbor, harbor.submit(customer, standard_us(), key=""), harbor.submit(customer, standard_us(), auth=False))
    described(harbor, harbor.read(NOBODY), harbor.look_up("subdivisions", "QZ"), harbor.look_up("industries", "QZ"))
