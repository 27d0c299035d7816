import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import drop, put
from strategies.fincom import name_edits as edits
from strategies.fincom.customers import customers
from strategies.people import Written, accented_names, ascii_names, punctuated_names
from suites.fincom.creating import differences, fields_named, observes, read_back, takes
from suites.fincom.driver import Fincom


@rule("fincom-v2/ascii-needs-no-transliteration")
@pytest.mark.parametrize("field", edits.TRANSLITERATED)
@given(customer=customers(optionals="all"), name=ascii_names())
def test_ascii_needs_no_partner(fincom: Fincom, field: str, customer: Json, name: str) -> None:
    """A plain ASCII name or street needs no partner in English letters."""
    takes(fincom, customer, put(field, name, name="ascii-alone"))


@rule("fincom-v2/ascii-may-carry-transliteration")
@pytest.mark.parametrize("field", edits.TRANSLITERATED)
@given(customer=customers(optionals="all"))
def test_ascii_may_have_a_partner(fincom: Fincom, field: str, customer: Json) -> None:
    """A plain ASCII name or street may have the same text as its partner."""
    takes(fincom, customer, edits.ascii_partner(field))


@rule("fincom-v2/non-ascii-with-transliteration-is-accepted")
@pytest.mark.parametrize("field", edits.TRANSLITERATED)
@given(data=st.data(), customer=customers(optionals="all"))
def test_accents_with_a_partner_are_taken(fincom: Fincom, field: str, data: st.DataObject, customer: Json) -> None:
    """A name or street with accents, composed or decomposed, is taken with its partner in English letters."""
    drawn = data.draw(edits.accented_texts(field), label="text")
    takes(fincom, customer, *(edits.written(field, text) for text in (drawn, *edits.both_forms(field))))


@rule("fincom-v2/non-ascii-needs-transliteration")
@pytest.mark.parametrize("field", edits.TRANSLITERATED)
@given(data=st.data(), customer=customers(optionals="all"))
def test_other_letters_need_a_partner(fincom: Fincom, field: str, data: st.DataObject, customer: Json) -> None:
    """A name or street with a single character above U+007F is refused without its partner in English letters."""
    forms = (*edits.without_transliteration(field), data.draw(edits.one_foreign_character(field), label="edit"))
    fincom.refuses_create(customer, forms, names=edits.either(field))


@rule("fincom-v2/blank-transliteration-is-refused")
@pytest.mark.parametrize("field", edits.TRANSLITERATED)
@given(data=st.data(), customer=customers(optionals="all"))
def test_a_blank_partner_is_refused(fincom: Fincom, field: str, data: st.DataObject, customer: Json) -> None:
    """A partner that is null, empty or white space does not transliterate a name or street."""
    accented = edits.written(field, data.draw(edits.accented_texts(field), label="text"))(customer)
    fincom.refuses_create(accented, edits.partner_blank(field), names=edits.either(field))


@rule("fincom-v2/transliteration-is-ascii")
@pytest.mark.parametrize("field", edits.TRANSLITERATED)
@given(data=st.data(), customer=customers(optionals="all"))
def test_a_partner_is_ascii(fincom: Fincom, field: str, data: st.DataObject, customer: Json) -> None:
    """A partner that itself holds characters above U+007F is refused."""
    accented = edits.written(field, data.draw(edits.accented_texts(field), label="text"))(customer)
    fincom.refuses_create(accented, edits.partner_not_ascii(field), names=edits.either(field))


@rule("fincom-v2/en-fields-do-not-stand-in")
@given(customer=customers(optionals="all"), first=accented_names(), last=accented_names())
def test_one_partner_does_not_serve_two(fincom: Fincom, customer: Json, first: Written, last: Written) -> None:
    """The partner of one name does not excuse the missing partner of another."""
    both = edits.written("basic_info.first_name", first).then(edits.written("basic_info.last_name", last))
    fincom.refuses_create(both(customer), edits.partner_dropped("basic_info.last_name"))


@rule("fincom-v2/en-does-not-replace-the-name")
@given(customer=customers(), first=accented_names())
def test_a_partner_is_no_name(fincom: Fincom, customer: Json, first: Written) -> None:
    """A transliteration alone is no name."""
    fincom.refuses_create(edits.written("basic_info.first_name", first)(customer), drop("basic_info.first_name"))


@rule("fincom-v2/name-punctuation-is-accepted")
@given(customer=customers(optionals="all"), name=punctuated_names())
def test_punctuation_is_taken(fincom: Fincom, customer: Json, name: str) -> None:
    """Names with hyphens, apostrophes, full stops and inner blanks are taken as they stand on the document."""
    takes(fincom, customer, *edits.PUNCTUATED, *(edits.punctuated(field, "any-sign", name) for field in edits.NAMES))


@rule("fincom-v2/create-is-readable")
@given(customer=customers(), name=punctuated_names())
def test_a_customer_reads_as_sent(fincom: Fincom, customer: Json, name: str) -> None:
    """Read back, a customer is of type INDIVIDUAL and has the names, e-mail, phone, residence and verification type that were sent."""
    made = fincom.accepts_create(put("basic_info.last_name", name, name="punctuated")(customer))
    fields = ("first_name", "last_name", "email", "phone", "country_of_residence")
    wanted = {"customer_id": made.id, "type": "INDIVIDUAL", "verification_type": made.sent["verification_type"]}
    wanted |= {field: made.sent["basic_info"][field] for field in fields}
    wrong = differences(read_back(fincom, made), wanted)
    if wrong:
        raise fincom.breach("; ".join(wrong))


@rule("fincom-v2/non-ascii-survives")
@given(customer=customers(), first=accented_names(), last=accented_names())
def test_other_letters_survive(fincom: Fincom, customer: Json, first: Written, last: Written) -> None:
    """Names in other letters and their transliterations come back unmangled and unmixed."""
    both = edits.written("basic_info.first_name", first).then(edits.written("basic_info.last_name", last))
    told = read_back(fincom, fincom.accepts_create(both(customer)))
    original = {"first_name": first.text, "last_name": last.text}
    english = {"first_name": first.latin, "last_name": last.latin}
    wrong = differences(told, original)
    if wrong and differences(told, english):
        raise fincom.breach("; ".join(wrong))
    partners = {f"{field}_en": text for field, text in english.items() if f"{field}_en" in told}
    if differences(told, partners):
        raise fincom.breach("; ".join(differences(told, partners)))
    fincom.observe("the transliteration is read as the name" if wrong else "the original is read as the name")


@rule("fincom-v2/amb-latin-only")
@pytest.mark.parametrize("field", ["basic_info.last_name", "address.street_line_1"])
@given(customer=customers())
def test_other_scripts_with_a_partner(fincom: Fincom, field: str, customer: Json) -> None:
    """Scripts other than Latin, with their transliterations."""
    observes(fincom, customer, *edits.in_another_script(field), names=edits.either(field))


@rule("fincom-v2/amb-en-key")
@given(customer=customers(), first=accented_names())
def test_which_key_names_a_missing_partner(fincom: Fincom, customer: Json, first: Written) -> None:
    """Which key names a missing transliteration."""
    field = "basic_info.first_name"
    exchange = fincom.expect(fincom.create(edits.written_alone(field, first)(customer)), names=edits.either(field))
    named = fields_named(exchange)
    readings = {(True, True): "both", (True, False): "partner", (False, True): "field", (False, False): "none: accepted"}
    fincom.observe(readings[edits.english(field) in named, field in named])


@rule("fincom-v2/amb-city-non-ascii")
@pytest.mark.parametrize("field", edits.FREE_TEXT)
@given(customer=customers(optionals="all"))
def test_accents_where_no_partner_exists(fincom: Fincom, field: str, customer: Json) -> None:
    """Accents in city and remarks, which have no partner."""
    observes(fincom, customer, edits.ACCENTED_FREE_TEXT[field], names=[field])


@rule("fincom-v2/amb-en-with-ascii")
@given(customer=customers())
def test_a_partner_that_differs(fincom: Fincom, customer: Json) -> None:
    """A transliteration beside an ASCII text from which it differs."""
    field = "basic_info.first_name"
    observes(fincom, customer, edits.differing_partner(field), names=edits.either(field))
