"""The constraints on companies are published elsewhere and many: each is broken once, in one plain company."""

from __future__ import annotations

import pytest

from harness.rules import Basis, rule
from strategies.harbor.businesses import standard_business
from suites.harbor.driver import Harbor
from suites.harbor.test_coverage import SUBMISSION, of_companies, refuses_each


@rule("harbor/implied-constraints-are-checked")
@pytest.mark.parametrize("section", of_companies(Basis.INFERRED))
def test_implied_constraints_of_companies_are_checked(harbor: Harbor, section: str) -> None:
    """A body that breaks one implied constraint (a type, a blank text, a lower bound) is refused for that field."""
    harbor.needs("business-customers")
    refuses_each(harbor, SUBMISSION[Basis.INFERRED][section], standard_business(), harbor.business())


@rule("harbor/open-cases-are-answered")
@pytest.mark.parametrize("section", of_companies(Basis.SILENT))
def test_open_bodies_of_companies_are_answered(harbor: Harbor, section: str) -> None:
    """Whatever the documents leave open is answered with a known status, and breaks nothing."""
    harbor.needs("business-customers")
    for violation in SUBMISSION[Basis.SILENT][section]:
        exchange = harbor.submit(harbor.business(), violation.edit(standard_business()))
        exchange.note = violation.edit.name
        harbor.expect(exchange)
