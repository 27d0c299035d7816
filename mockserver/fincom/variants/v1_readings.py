"""Servers that read the open spots of V1 in another way and are still right (002 V1, all sections)."""

import unicodedata
from collections.abc import Callable
from typing import Any

from mockserver.faulting import Body, at, edits_answer, sent, spots, taken, told
from mockserver.fincom import validation as v
from mockserver.fincom.errors import validation_failed
from mockserver.fincom.faults.v1_builders import SPARE, customer_of, is_attach, is_create, operation_of, refuses, refuses_body
from mockserver.fincom.individuals import OLDEST, YOUNGEST
from mockserver.fincom.model import Customer
from mockserver.fincom.uploads import store
from mockserver.fincom.v1_attach import REFUSED_STATUS, judged
from mockserver.fincom.v1_documents import ADDRESS, BOTH_SIDES, IDENTITY, documented
from mockserver.fincom.variants.builders import variant
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, OnRequest, Variant

DOB, TIN, EXPIRY = "basic_info.dob", "basic_info.tin", f"{IDENTITY}.expiry_date"
RESIDENCE, NATIONALITY, COUNTRY = "basic_info.country_of_residence", "basic_info.nationality", "address.country"
WRITTEN = ("basic_info.first_name", "basic_info.last_name", "address.street", "address.city")
SSN = "912-45-6789"
Good = Callable[[Tenant, Body, Any], Any]


def _takes(path: str, good: Good) -> OnRequest:
    """Take at `path` what `good` returns something else for, and keep it as it was sent; None leaves a value as it is."""
    when = operation_of(path)

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        body = sent(request) if when(request) else None
        before = at(body, path) if body is not None else None
        after = good(tenant, body, before) if body is not None else None
        if body is None or after is None:
            return await call_next(request)
        _put(body, path, after)
        response = await call_next(request.with_json(body))
        if taken(response):
            customer = tenant.data.customers[told(response)["data"]["customer_id"]]
            if when is is_create:
                customer.keep(_with(customer.body, path, before))
            else:
                _put(customer.documents or {}, path, before)
        return response

    return on_request


def _with(body: Body, path: str, value: Any) -> Body:
    _put(body, path, value)
    return body


def _put(body: Body, path: str, value: Any) -> None:
    for spot in spots(body, path):
        spot.put(value)


def _accented(_: Tenant, __: Body, value: Any) -> str | None:
    if not isinstance(value, str) or value.isascii():
        return None
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode()
    letters = [letter for letter in value if not letter.isascii() and not unicodedata.combining(letter)]
    latin = all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return (plain if plain.strip() else "X") if latin else None


def _each(hows: list[OnRequest]) -> OnRequest:
    """Apply several wrappers as one, the first of them outermost."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        return await _Nested(tenant, hows, call_next)(request)

    return on_request


class _Nested:
    """The way on through the rest of several wrappers."""

    def __init__(self, tenant: Tenant, hows: list[OnRequest], call_next: CallNext) -> None:
        self.tenant, self.hows, self.call_next = tenant, hows, call_next

    async def __call__(self, request: Request) -> Response:
        if not self.hows:
            return await self.call_next(request)
        return await self.hows[0](self.tenant, request, _Nested(self.tenant, self.hows[1:], self.call_next))

    def mark(self) -> None:
        self.call_next.mark()

    def miss(self) -> None:
        self.call_next.miss()


def _foreign_pairs(value: Any) -> bool:
    texts = [each for pair in value.items() for each in pair] if isinstance(value, dict) else []
    return not all(text.isascii() for text in texts if isinstance(text, str))


def _out_of_age(tenant: Tenant, body: Body) -> bool:
    born = v.parse_date(at(body, DOB))
    return born is not None and not YOUNGEST <= v.age_on(tenant.clock.today(), born) <= OLDEST


def _no_ssn(value: Any) -> bool:
    return isinstance(value, str) and v.FOREIGN_TIN.fullmatch(value) is not None and v.SSN.fullmatch(value) is None


def _american_abroad(_: Tenant, body: Body) -> bool:
    nation, residence = at(body, NATIONALITY), at(body, RESIDENCE)
    return nation == "USA" and residence != "USA" and v.is_country(residence) and _no_ssn(at(body, TIN))


def _spares_where(stranger: Callable[[Body], bool]) -> OnRequest:
    """Spare residents of the USA the SSN who are strangers there in some other way."""

    def good(_: Tenant, body: Body, value: Any) -> str | None:
        return SSN if at(body, RESIDENCE) == "USA" and _no_ssn(value) and stranger(body) else None

    return _takes(TIN, good)


def _other_nation(body: Body) -> bool:
    return v.is_country(at(body, NATIONALITY)) and at(body, NATIONALITY) != "USA"


def _not_all_american(body: Body) -> bool:
    return _other_nation(body) or (v.is_country(at(body, COUNTRY)) and at(body, COUNTRY) != "USA")


def _expired(tenant: Tenant, _: Body, value: Any) -> str | None:
    day = v.parse_date(value)
    return "2999-12-31" if day is not None and day <= tenant.clock.today() else None


def _again(tenant: Tenant, body: Body, value: Any) -> list[Any] | None:
    """Return the files of a proof of address, each whose URI is used twice replaced by a copy of its own."""
    customer = customer_of(tenant, body)
    if customer is None or not isinstance(value, list):
        return None
    used = [spot.value for spot in spots(body, f"{IDENTITY}.files.*.uri")]
    files: list[Any] = []
    for file in value:
        again = isinstance(file, dict) and file.get("uri") in used and _owned(tenant, customer.id, file.get("uri"))
        files.append({**file, "uri": store(tenant, customer.id, SPARE).uri} if again else file)
        used.append(file.get("uri") if isinstance(file, dict) else None)
    return files if files != value else None


def _owned(tenant: Tenant, customer_id: str, uri: Any) -> bool:
    return isinstance(uri, str) and uri in tenant.data.files and tenant.data.files[uri].customer_id == customer_id


def _one_side(_: Tenant, body: Body, value: Any) -> str | None:
    files = at(body, f"{ADDRESS}.files")
    return "PASSPORT" if value in BOTH_SIDES and isinstance(files, list) and len(files) == 1 else None


def _lives_elsewhere(tenant: Tenant, body: Body) -> bool:
    customer, country = customer_of(tenant, body), at(body, f"{ADDRESS}.country")
    return customer is not None and v.is_country(country) and country != at(customer.body, RESIDENCE)


def _late(tenant: Tenant, request: Request, response: Response) -> Response | None:
    customer = customer_of(tenant, sent(request) or {}) if response.status == 403 else None
    if customer is None or customer.version != "v1" or customer.status == "INCOMPLETE":
        return None
    return validation_failed(REFUSED_STATUS, {"customer_id": ["Documents were attached before"]})


def _late_taken(tenant: Tenant, request: Request, response: Response) -> Response | None:
    """Take documents that are good although they come late; they replace those that were there, and the status stays."""
    body = sent(request) or {}
    customer = customer_of(tenant, body) if response.status == 403 else None
    if customer is None or customer.version != "v1" or customer.status == "INCOMPLETE":
        return None
    return judged(tenant, customer, body) or _replaces(customer, body)


def _replaces(customer: Customer, body: Body) -> Response:
    customer.documents = documented(body)
    return answer(200, {"data": {"customer_id": customer.id}})


CREATE: tuple[Variant, ...] = (
    variant(
        "v1_takes_accented_letters",
        "fincom-v1/amb-latin-or-ascii",
        "takes accented Latin letters in V1",
        _each([_takes(path, _accented) for path in WRITTEN]),
    ),
    variant(
        "v1_wants_latin_metadata",
        "fincom-v1/amb-latin-in-metadata",
        "takes English letters only in the custom pairs of V1",
        refuses("meta_data", _foreign_pairs),
    ),
    variant("v1_asks_for_an_age", "fincom-v1/amb-age", "takes people from 18 to 120 years in V1 as well", refuses_body(DOB, _out_of_age)),
    variant(
        "v1_tells_americans_by_nationality",
        "fincom-v1/amb-usa-customer",
        "wants an SSN of citizens of the USA in V1, and of no other residents",
        _each([refuses_body(TIN, _american_abroad), _spares_where(_other_nation)]),
    ),
    variant(
        "v1_tells_americans_by_either",
        "fincom-v1/amb-usa-customer",
        "wants an SSN of residents and of citizens of the USA in V1",
        refuses_body(TIN, _american_abroad),
    ),
    variant(
        "v1_tells_americans_by_all",
        "fincom-v1/amb-usa-customer",
        "wants an SSN in V1 only of those whose residence, nationality and address are in the USA",
        _spares_where(_not_all_american),
    ),
)
ATTACH: tuple[Variant, ...] = (
    variant("v1_takes_expired_documents", "fincom-v1/amb-expiry", "leaves expired documents of V1 to the review", _takes(EXPIRY, _expired)),
    variant(
        "v1_takes_uris_twice",
        "fincom-v1/amb-uri-reuse",
        "lets one file serve twice in V1",
        _takes(f"{ADDRESS}.files", _again),
    ),
    variant(
        "v1_takes_attach_in_every_status",
        "fincom-v1/amb-attach-status",
        "takes documents in every status of V1",
        edits_answer(is_attach, _late_taken),
    ),
    variant(
        "v1_refuses_late_attach_as_a_field",
        "fincom-v1/amb-attach-status",
        "refuses the customer of a late attach of V1 as a broken field",
        edits_answer(is_attach, _late),
    ),
    variant(
        "v1_takes_one_side_as_address_proof",
        "fincom-v1/amb-address-proof-sides",
        "takes one file of a card as proof of address in V1",
        _takes(f"{ADDRESS}.type", _one_side),
    ),
    variant(
        "v1_compares_the_country_of_the_address_proof",
        "fincom-v1/amb-address-proof-country",
        "wants a proof of address of the residence in V1",
        refuses_body(f"{ADDRESS}.country", _lives_elsewhere),
    ),
)

VARIANTS: tuple[Variant, ...] = (*CREATE, *ATTACH)
