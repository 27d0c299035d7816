import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import Edit, put
from strategies.emails import rich_emails
from strategies.fincom import detail_edits as edits
from strategies.fincom.customers import customers
from strategies.phones import phones_of_anywhere
from strategies.placeholders import Fresh, Serial
from suites.fincom.creating import differences, observes, read_back, takes
from suites.fincom.driver import Fincom


@rule("fincom-v2/email-lowercase-is-accepted")
@given(customer=customers(), email=rich_emails())
def test_a_lower_case_email_is_taken(fincom: Fincom, customer: Json, email: Fresh) -> None:
    """Lower-case addresses with digits, dots, plus tags, hyphens and sub-domains are taken."""
    takes(fincom, customer, *edits.EMAIL_FORMS, put(edits.EMAIL, email, name="lower-case"))


@rule("fincom-v2/email-is-lowercase")
@given(customer=customers(), capital=edits.capitals("local-part"))
def test_a_capital_before_the_at_is_refused(fincom: Fincom, customer: Json, capital: Edit) -> None:
    """An address with a single capital before the at sign is refused."""
    fincom.refuses_create(customer, (edits.capital_in("local-part", 0), capital))


@rule("fincom-v2/email-domain-is-lowercase")
@given(customer=customers(), capital=edits.capitals("domain"))
def test_a_capital_in_the_domain_is_refused(fincom: Fincom, customer: Json, capital: Edit) -> None:
    """An address with a single capital in its domain is refused."""
    fincom.refuses_create(customer, (edits.capital_in("domain", 0), capital))


@rule("fincom-v2/email-case-message-is-fixed")
@given(customer=customers(), capital=edits.capitals("local-part"))
def test_the_text_for_a_capital(fincom: Fincom, customer: Json, capital: Edit) -> None:
    """The refusal of a capital carries the printed text under the printed key."""
    fincom.refuses_create(customer, capital)


@rule("fincom-v2/email-format-is-checked")
@given(customer=customers())
def test_no_email_is_refused(fincom: Fincom, customer: Json) -> None:
    """Text that is no e-mail address is refused."""
    fincom.refuses_create(customer, edits.EMAIL_NO_ADDRESS)


@rule("fincom-v2/email-is-kept-as-sent")
@given(customer=customers(), email=rich_emails())
def test_the_email_is_kept(fincom: Fincom, customer: Json, email: Fresh) -> None:
    """The address is read back as it was sent."""
    for edit in (*edits.EMAIL_FORMS, put(edits.EMAIL, email, name="lower-case")):
        made = fincom.accepts_create(edit(customer))
        wrong = differences(read_back(fincom, made), {"email": made.sent["basic_info"]["email"]})
        if wrong:
            raise fincom.breach("; ".join(wrong))


@rule("fincom-v2/phone-e164-is-accepted")
@given(customer=customers(), phone=phones_of_anywhere())
def test_e164_is_taken(fincom: Fincom, customer: Json, phone: Serial) -> None:
    """Numbers in E.164 of many countries are taken, up to 15 digits."""
    takes(fincom, customer, put(edits.PHONE, phone, name="any-country"), *edits.PHONES_FAR_APART, edits.PHONE_OF_15_DIGITS)


@rule("fincom-v2/phone-national-format-is-refused")
@given(customer=customers())
def test_a_national_number_is_refused(fincom: Fincom, customer: Json) -> None:
    """A number as it is dialled at home is refused."""
    fincom.refuses_create(customer, edits.PHONE_NATIONAL)


@rule("fincom-v2/phone-needs-a-plus")
@given(customer=customers())
def test_a_phone_needs_a_plus(fincom: Fincom, customer: Json) -> None:
    """A phone number without its leading plus sign is refused."""
    fincom.refuses_create(customer, edits.PHONE_WITHOUT_PLUS)


@rule("fincom-v2/phone-separators-are-refused")
@given(customer=customers())
def test_separators_are_refused(fincom: Fincom, customer: Json) -> None:
    """Blanks, hyphens and dots have no place in a phone number."""
    fincom.refuses_create(customer, edits.PHONE_SEPARATED)


@rule("fincom-v2/phone-over-15-digits-is-refused")
@given(customer=customers())
def test_16_digits_are_refused(fincom: Fincom, customer: Json) -> None:
    """A phone number of 16 digits is refused."""
    fincom.refuses_create(customer, edits.PHONE_16_DIGITS)


@rule("fincom-v2/phone-leading-zero-is-refused")
@given(customer=customers())
def test_a_leading_zero_is_refused(fincom: Fincom, customer: Json) -> None:
    """No country code begins with zero."""
    fincom.refuses_create(customer, edits.PHONE_LEADING_ZERO)


@rule("fincom-v2/phone-letters-are-refused")
@given(customer=customers())
def test_letters_are_refused(fincom: Fincom, customer: Json) -> None:
    """Letters and extensions have no place in a phone number."""
    fincom.refuses_create(customer, edits.PHONE_LETTERS)


@rule("fincom/amb-email-unicode")
@pytest.mark.parametrize("part", edits.EMAIL_UNICODE)
@given(customer=customers())
def test_an_email_in_other_letters(fincom: Fincom, part: str, customer: Json) -> None:
    """An e-mail address with letters above U+007F."""
    observes(fincom, customer, edits.EMAIL_UNICODE[part])


@rule("fincom/amb-duplicate-email")
@pytest.mark.parametrize("field", edits.SHARED)
@given(customer=customers(), other=customers())
def test_two_customers_share_something(fincom: Fincom, field: str, customer: Json, other: Json) -> None:
    """Two customers with the same e-mail, phone or tax number."""
    first = fincom.accepts_create(customer)
    observes(fincom, other, edits.shared(field, first.sent))
