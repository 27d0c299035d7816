import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.rules import rule
from strategies.edits import put
from strategies.fincom import attach_edits as edits
from strategies.fincom.attach_parts import identity_of, on
from strategies.fincom.attachments import FOREIGN_ISSUERS, IDENTITY_TYPES, Application, applications, identity_documents
from suites.fincom.attaching import refuses, takes
from suites.fincom.driver import Fincom

LICENCE = ("DRIVERS_LICENSE",)
# No licences here: their state follows the country, which would be a second reason for a refusal.
STATELESS = ("PASSPORT", "NATIONAL_ID", "RESIDENCE_PERMIT")
US_LICENCES = identity_documents(types=LICENCE, countries=("USA",))


def of_country(*countries: str) -> st.SearchStrategy[Application]:
    """Applications with an identity document, no licence, of one of these countries."""
    return applications(identity=identity_documents(types=("NATIONAL_ID",), countries=countries))


@rule("fincom-v2/state-is-forbidden-but-for-licences")
@pytest.mark.parametrize("kind", STATELESS)
@given(american=of_country("USA"), foreign=of_country(*FOREIGN_ISSUERS))
def test_only_licences_have_a_state(fincom: Fincom, kind: str, american: Application, foreign: Application) -> None:
    """A state on a passport, national id or residence permit is refused, whatever the country."""
    refuses(fincom, american.with_a(kind), edits.STATE_ADDED)
    refuses(fincom, foreign.with_a(kind), edits.STATE_ADDED)


@rule("fincom-v2/us-licence-needs-state")
@given(application=applications(identity=US_LICENCES))
def test_a_us_licence_needs_its_state(fincom: Fincom, application: Application) -> None:
    """A driver's licence of the USA without its state is refused."""
    refuses(fincom, application, edits.STATE_MISSING)


@rule("fincom-v2/us-licence-blank-state-is-refused")
@given(application=applications(identity=US_LICENCES))
def test_a_blank_state_is_no_state(fincom: Fincom, application: Application) -> None:
    """A driver's licence of the USA with an empty or null state is refused."""
    refuses(fincom, application, edits.STATE_BLANK)


@rule("fincom-v2/us-licence-with-state-is-accepted")
@given(application=applications(identity=US_LICENCES))
def test_a_us_licence_with_state_is_taken(fincom: Fincom, application: Application) -> None:
    """A driver's licence of the USA with its state is taken."""
    takes(fincom, application)


@rule("fincom-v2/foreign-licence-without-state-is-accepted")
@given(application=applications(identity=identity_documents(types=LICENCE, countries=FOREIGN_ISSUERS, state=False)))
def test_a_foreign_licence_needs_no_state(fincom: Fincom, application: Application) -> None:
    """A driver's licence of another country than the USA needs no state."""
    takes(fincom, application)


@rule("fincom-v2/foreign-licence-with-state-is-accepted")
@given(application=applications(identity=identity_documents(types=LICENCE, countries=FOREIGN_ISSUERS, state=True)))
def test_a_foreign_licence_may_have_a_state(fincom: Fincom, application: Application) -> None:
    """A driver's licence of another country than the USA may carry a state."""
    takes(fincom, application)


@rule("fincom-v2/licence-state-follows-document-country")
@given(
    abroad=applications(residence="GBR", identity=US_LICENCES),
    at_home=applications(residence="USA", identity=identity_documents(types=LICENCE, countries=FOREIGN_ISSUERS, state=False)),
)
def test_the_state_follows_the_licence(fincom: Fincom, abroad: Application, at_home: Application) -> None:
    """Whether a licence needs its state depends on the country of the licence, not on where the customer lives."""
    refuses(fincom, abroad, edits.STATE_MISSING)
    customer = fincom.new_customer(at_home.customer)
    fincom.expect(fincom.attach(customer, at_home.documents), answers=["queued"])


@rule("fincom-v2/identity-country-may-differ-from-residence")
@given(
    application=applications(residence="USA", identity=identity_documents(types=STATELESS, countries=FOREIGN_ISSUERS)),
    other=applications(residence="GBR", identity=identity_documents(types=STATELESS, countries=("JPN", "KEN"))),
)
def test_identity_documents_may_be_foreign(fincom: Fincom, application: Application, other: Application) -> None:
    """An identity document of another country than the one of residence is taken."""
    takes(fincom, application)
    takes(fincom, other)


@rule("fincom-v2/identity-number-is-required")
@given(application=applications())
def test_the_number_is_required(fincom: Fincom, application: Application) -> None:
    """An identity document without its number is refused."""
    refuses(fincom, application, edits.NUMBER_MISSING)


@rule("fincom-v2/identity-country-is-required")
@given(application=applications(identity=identity_documents(types=STATELESS)))
def test_the_country_is_required(fincom: Fincom, application: Application) -> None:
    """An identity document without its country is refused."""
    refuses(fincom, application, edits.IDENTITY_COUNTRY_MISSING)


@rule("fincom-v2/identity-country-is-alpha-3")
@given(application=applications(identity=identity_documents(types=STATELESS)))
def test_the_country_is_alpha_3(fincom: Fincom, application: Application) -> None:
    """The country of an identity document is an ISO alpha-3 code; anything else is refused."""
    refuses(fincom, application, edits.IDENTITY_COUNTRY_NOT_ALPHA_3)


@rule("fincom-v2/issue-date-is-optional")
@given(application=applications(identity=identity_documents(issued=False)))
def test_the_issue_date_is_optional(fincom: Fincom, application: Application) -> None:
    """An identity document without an issue date is taken."""
    takes(fincom, application)


@rule("fincom-v2/issue-date-format-is-checked")
@given(application=applications())
def test_the_issue_date_is_a_date(fincom: Fincom, application: Application) -> None:
    """An issue date that is no calendar date written YYYY-MM-DD is refused."""
    refuses(fincom, application, edits.ISSUE_DATE_MISFORMATTED)


@rule("fincom-v2/issue-date-precedes-expiry")
@given(application=applications())
def test_issue_precedes_expiry(fincom: Fincom, application: Application) -> None:
    """A document issued on or after the day it expires is refused."""
    refuses(fincom, application, edits.ISSUED_NOT_BEFORE_EXPIRY)


@rule("fincom-v2/issue-date-not-in-future")
@given(application=applications())
def test_documents_are_issued_already(fincom: Fincom, application: Application) -> None:
    """A document that is yet to be issued is refused."""
    refuses(fincom, application, edits.ISSUED_IN_FUTURE)


@rule("fincom-v2/expiry-is-required")
@pytest.mark.parametrize("kind", IDENTITY_TYPES)
@given(application=of_country("USA", *FOREIGN_ISSUERS))
def test_the_expiry_is_required(fincom: Fincom, kind: str, application: Application) -> None:
    """An identity document of any type without its expiry date is refused."""
    refuses(fincom, application.with_a(kind), edits.EXPIRY_MISSING)


@rule("fincom-v2/expired-document-is-refused")
@pytest.mark.parametrize("kind", IDENTITY_TYPES)
@given(application=applications(identity=identity_documents(types=("NATIONAL_ID",), issued=False)))
def test_expired_documents_are_refused(fincom: Fincom, kind: str, application: Application) -> None:
    """An identity document of any type that has expired is refused."""
    refuses(fincom, application.with_a(kind), edits.EXPIRED)


@rule("fincom-v2/expiry-in-future-is-accepted")
@given(application=applications())
def test_documents_in_force_are_taken(fincom: Fincom, application: Application) -> None:
    """An identity document that is good for another year or ten is taken."""
    for edit in edits.GOOD_FOR_LONG:
        takes(fincom, Application(application.customer, edit(application.documents)))


@rule("fincom-v2/expiry-format-is-checked")
@given(application=applications())
def test_the_expiry_is_a_date(fincom: Fincom, application: Application) -> None:
    """An expiry date that is no calendar date written YYYY-MM-DD is refused."""
    refuses(fincom, application, edits.EXPIRY_MISFORMATTED)


@rule("fincom-v2/expiry-follows-the-clock")
@given(application=applications(identity=identity_documents(issued=False)))
def test_documents_expire_with_time(fincom: Fincom, application: Application) -> None:
    """A document that was good when the customer was created is refused once its expiry day is past."""
    client = fincom.fresh()
    expiry = (client.today() + dt.timedelta(days=200)).isoformat()
    body = on(identity_of, put("expiry_date", expiry, name="fixed-expiry"))[0](application.documents)
    early, late = client.new_customer(application.customer), client.new_customer(application.customer)
    client.upload_for(late, body)
    client.expect(client.attach(early, body), answers=["queued"])
    client.advance(days=203)
    client.expect(client.attach(late, body))
