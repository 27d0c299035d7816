"""Other readings of what create says about text: letters, partners, blanks, lengths, null and keys that it does not know."""

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import email_validator

from mockserver.faulting import ABSENT, Body, Spot, at, spots
from mockserver.fincom.faults.create_builders import SPOILT, Place, all_of, create_body, mends, mends_body, null, refuses, texts
from mockserver.fincom.faults.create_places import entries
from mockserver.fincom.individuals import KEPT, TAX_NAMES, TRANSLITERATED
from mockserver.fincom.validation import blank
from mockserver.fincom.variants.create_refusals import can_probe, probe, renamed, variant
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, OnRequest, Variant

TOP = ("verification_type", "basic_info", "address", "financial_profile", "meta_data")
COUPLES = tuple(f"{section}.{name}" for section, names in TRANSLITERATED.items() for name in names)
WITHOUT_PARTNER = (
    "address.city",
    "address.postal_code",
    "financial_profile.purpose_remarks",
    "financial_profile.source_of_funds_description",
)
OPTIONAL = (
    *(f"{path}_en" for path in COUPLES),
    "basic_info.middle_name",
    "basic_info.secondary_nationality",
    "basic_info.gender",
    "address.street_line_2",
    "financial_profile.purpose_remarks",
    "financial_profile.source_of_funds_description",
    "meta_data",
)
EMAIL = "basic_info.email"
LONGEST_NAME, LONGEST_TEXT = 50, 255


def _leaves(body: Body) -> Iterator[Spot]:
    """Return every text of the documented fields but those of meta_data."""
    holders = [body, *(body.get(name) for name in TOP[1:4]), *entries(body)]
    for holder in holders:
        if isinstance(holder, dict):
            yield from (Spot(holder, key) for key, value in holder.items() if isinstance(value, str) and value.strip())


def _edits_leaves(when: Callable[[str], bool], to: Callable[[str], Any]) -> OnRequest:
    def mend(_: Tenant, body: Body) -> bool:
        found = [spot for spot in _leaves(body) if when(spot.value)]
        for spot in found:
            spot.put(to(spot.value))
        return bool(found)

    return mends_body(mend)


def _beyond_latin(text: str) -> bool:
    strange = (character for character in text if not character.isascii() and not unicodedata.combining(character))
    return any(not unicodedata.name(character, "").startswith("LATIN") for character in strange)


def _partner_differs(_: Tenant, body: Body) -> bool:
    found = [spot for path in COUPLES for spot in spots(body, path)]
    wrong = [spot for spot in found if isinstance(spot.value, str) and spot.value.isascii() and _differs(spot)]
    for spot in wrong:
        spot.holder[f"{spot.key}_en"] = SPOILT
    return bool(wrong)


def _differs(spot: Spot) -> bool:
    partner = spot.holder.get(f"{spot.key}_en", ABSENT)
    return isinstance(partner, str) and bool(partner.strip()) and partner != spot.value


def _lacks_partner(body: Body, path: str) -> bool:
    text, partner = at(body, path), at(body, f"{path}_en")
    return isinstance(text, str) and not text.isascii() and (partner is ABSENT or blank(partner))


def _names_partners(*suffixes: str) -> OnRequest:
    """Name a missing partner under the text itself with each of some suffixes."""

    async def on_request(_: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        body = create_body(request)
        for path in COUPLES:
            if body is not None and _lacks_partner(body, path):
                response = renamed(response, f"{path}_en", [f"{path}{suffix}" for suffix in suffixes])
        return response

    return on_request


def _is_international(text: str) -> bool:
    if text.isascii() or text != text.lower():
        return False
    try:
        email_validator.validate_email(text, check_deliverability=False)
    except email_validator.EmailNotValidError:
        return False
    return True


async def _keeps_international_emails(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    body = create_body(request)
    email = None if body is None else at(body, EMAIL)
    if body is None or not isinstance(email, str) or not _is_international(email):
        return await call_next(request)
    body["basic_info"]["email"] = "stand.in@example.com"
    response = await call_next(request.with_json(body))
    if 200 <= response.status < 300:
        customer = tenant.data.customers[response.json()["data"]["customer_id"]]
        kept = customer.body
        kept["basic_info"]["email"] = email
        customer.keep(kept)
    return response


def _unknown(body: Body) -> list[str]:
    found = [key for key in body if key not in TOP]
    for section, known in KEPT.items():
        if isinstance(keys := body.get(section), dict):
            found += [f"{section}.{key}" for key in keys if key not in known | {"tax_info"}]
    for index, entry in enumerate(entries(body)):
        found += [f"basic_info.tax_info.{index}.{key}" for key in entry if key not in TAX_NAMES]
    return found


async def _refuses_unknown_keys(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    body = create_body(request)
    unknown = [] if body is None else _unknown(body)
    if body is None or not unknown or not can_probe(tenant, body):
        return await call_next(request)
    return renamed(await probe(request, body, call_next), "verification_type", unknown)


def _plain(_: Place) -> str:
    return "Plain"


VARIANTS: tuple[Variant, ...] = (
    variant(
        "takes_latin_letters_only",
        "fincom-v2/amb-latin-only",
        "refuses other scripts than Latin although there is a transliteration",
        all_of(*(refuses(path, texts(_beyond_latin)) for path in COUPLES)),
    ),
    variant(
        "names_the_text_that_lacks_a_partner",
        "fincom-v2/amb-en-key",
        "names a missing transliteration under the text that needs it",
        _names_partners(""),
    ),
    variant(
        "names_text_and_partner",
        "fincom-v2/amb-en-key",
        "names a missing transliteration under its own key and under that of the text",
        _names_partners("", "_en"),
    ),
    variant(
        "takes_any_letters_without_partner",
        "fincom-v2/amb-city-non-ascii",
        "takes any letters in city, postal code and remarks",
        all_of(*(mends(path, texts(lambda text: not text.isascii()), _plain) for path in WITHOUT_PARTNER)),
    ),
    variant(
        "refuses_partners_that_differ",
        "fincom-v2/amb-en-with-ascii",
        "refuses a transliteration that differs from the ASCII text beside it",
        mends_body(_partner_differs),
    ),
    variant(
        "takes_international_emails",
        "fincom/amb-email-unicode",
        "takes e-mail addresses with letters beyond ASCII",
        _keeps_international_emails,
    ),
    variant(
        "trims_blanks",
        "fincom/amb-whitespace",
        "takes away the blanks around every text",
        _edits_leaves(lambda text: text != text.strip(), str.strip),
    ),
    variant(
        "refuses_blanks_around",
        "fincom/amb-whitespace",
        "refuses blanks around any text",
        _edits_leaves(lambda text: text != text.strip(), lambda _: SPOILT),
    ),
    variant(
        "limits_lengths",
        "fincom/amb-length",
        "refuses names of more than 50 characters and other text of more than 255",
        all_of(
            *(refuses(f"{path}{suffix}", texts(lambda text: len(text) > LONGEST_NAME)) for path in COUPLES[:3] for suffix in ("", "_en")),
            _edits_leaves(lambda text: len(text) > LONGEST_TEXT, lambda _: SPOILT),
        ),
    ),
    variant(
        "refuses_null_in_optional_fields",
        "fincom/amb-null-optional",
        "refuses null where an optional field may be left out",
        all_of(*(refuses(path, null) for path in OPTIONAL)),
    ),
    variant("refuses_unknown_keys", "fincom/amb-unknown-fields", "refuses keys that the document does not know", _refuses_unknown_keys),
)
