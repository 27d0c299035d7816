"""Servers that misjudge the documents of V1 (002 V1 Step 2 Attach Documents; Identity Document Types; Address Proof Types)."""

from typing import Any

from mockserver.faulting import Body, Test, absent, at, blank_text, edits_answer, edits_taken, equals, missing, null, sent, spots, texts
from mockserver.fincom import validation as v
from mockserver.fincom.faults.v1_builders import (
    SPARE,
    accepts,
    customer_of,
    fault,
    is_attach,
    leaf,
    mends_body,
    refuses,
    refuses_body,
)
from mockserver.fincom.model import Customer
from mockserver.fincom.uploads import store
from mockserver.fincom.v1_documents import ADDRESS, ADDRESS_TYPES, BOTH_SIDES, IDENTITY, IDENTITY_TYPES, links
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

TERMS, KIND, FILES = "tos_policies_value", f"{IDENTITY}.type", f"{IDENTITY}.files"
DROPPED = ("RESIDENCE_PERMIT", "PASSPORT", "NATIONAL_ID", "DRIVERS_LICENSE", "COMPANY_DOC")


def _sides(body: Body, section: str) -> list[Any]:
    return [spot.value for spot in spots(body, f"{section}.files.*.side")]


def _count(body: Body, section: str) -> int:
    return len(spots(body, f"{section}.files.*"))


def _sided(kind: str, sides: list[str] | None, lonely: bool = False) -> OnRequest:
    """Take an identity document of a type with these sides only (None: none at all), as if the others were there."""

    def mend(tenant: Tenant, body: Body) -> bool:
        found = [side for side in _sides(body, IDENTITY) if side in ("FRONT", "BACK")]
        if at(body, KIND) != kind or found != (sides or []) or (_count(body, IDENTITY) == 1) != lonely or not _count(body, IDENTITY):
            return False
        files = [file for file in body[IDENTITY]["files"] if isinstance(file, dict)]
        customer = customer_of(tenant, body)
        if customer is not None and len(files) == 1:
            files.append({"uri": store(tenant, customer.id, SPARE).uri})
        body[IDENTITY]["files"] = [{**file, "side": side} for file, side in zip(files, ("FRONT", "BACK"), strict=False)]
        return True

    return mends_body(is_attach, mend)


def _in_order(kind: str, order: list[str]) -> OnRequest:
    return refuses_body(FILES, lambda _, body: at(body, KIND) == kind and _sides(body, IDENTITY) == order)


def _passport(with_side: bool) -> OnRequest:
    def trait(_: Tenant, body: Body) -> bool:
        return at(body, KIND) == "PASSPORT" and _count(body, IDENTITY) > 0 and any(map(_is_side, _sides(body, IDENTITY))) == with_side

    return refuses_body(FILES, trait)


def _is_side(value: object) -> bool:
    return isinstance(value, str)


def _identity_as(kind: str) -> OnRequest:
    """Take another type of identity document, for which two sides are as good as one file."""
    return accepts(KIND, equals(kind))


def _licence_without_state(_: Tenant, body: Body) -> bool:
    american = at(body, KIND) == "DRIVERS_LICENSE" and at(body, f"{IDENTITY}.country") == "USA"
    return american and missing(at(body, f"{IDENTITY}.state"))


def _not_a_day(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and v.parse_date(value) is None


def _wrong_terms(of_others: bool) -> Any:
    def mend(tenant: Tenant, body: Body) -> bool:
        customer, value = customer_of(tenant, body), body.get(TERMS)
        if customer is None or not isinstance(value, str) or not value.strip() or value == customer.tos_value:
            return False
        if (value in {each.tos_value for each in tenant.data.customers.values()}) != of_others:
            return False
        body[TERMS] = customer.tos_value
        return True

    return mends_body(is_attach, mend)


def _adopts(foreign: bool) -> OnRequest:
    """Take files that nobody uploaded, or that another customer did."""

    def bad(tenant: Tenant, customer: Customer, uri: Any) -> bool:
        owner = tenant.data.files[uri].customer_id if isinstance(uri, str) and uri in tenant.data.files else None
        return isinstance(uri, str) and bool(uri.strip()) and owner != customer.id and (owner is not None) == foreign

    def mend(tenant: Tenant, body: Body) -> bool:
        customer = customer_of(tenant, body)
        if customer is None:
            return False
        places = [spot for section in (IDENTITY, ADDRESS) for spot in spots(body, f"{section}.files.*.uri")]
        adopted = [spot for spot in places if bad(tenant, customer, spot.value)]
        for spot in adopted:
            spot.put(store(tenant, customer.id, SPARE).uri)
        return bool(adopted)

    return mends_body(is_attach, mend)


def _guesses_customer(tenant: Tenant, body: Body) -> bool:
    uris = {link.uri for link in links(body)}
    owner = next((file.customer_id for uri, file in tenant.data.files.items() if uri in uris), None)
    if body.get("customer_id") is not None or owner is None:
        return False
    body["customer_id"] = owner
    return True


def _serves_nobody(when: Test) -> OnRequest:
    def edit(tenant: Tenant, request: Request, response: Response) -> Response | None:
        name = (sent(request) or {}).get("customer_id")
        nobody = response.status in (404, 422) and isinstance(name, str) and name not in tenant.data.customers and when(name)
        return answer(200, {"data": {"customer_id": name}}) if nobody else None

    return edits_answer(is_attach, edit)


def _breaks_down_on(when: Test) -> OnRequest:
    def edit(_: Tenant, request: Request, response: Response) -> Response | None:
        junk = response.status != 401 and when((sent(request) or {}).get("customer_id"))
        return answer(500, {"status": 500, "message": "Internal server error"}) if junk else None

    return edits_answer(is_attach, edit)


def _no_uuid(value: object) -> bool:
    return isinstance(value, str) and value.count("-") != 4


def _uuid(value: object) -> bool:
    return isinstance(value, str) and value.count("-") == 4


def _unwraps(section: str) -> OnRequest:
    """Take the first object of a list in the place of a proof."""

    def mend(_: Tenant, body: Body) -> bool:
        proof = body.get(section)
        inner = next((each for each in proof if isinstance(each, dict)), None) if isinstance(proof, list) else None
        if inner is not None:
            body[section] = inner
        return inner is not None

    return mends_body(is_attach, mend)


def _translates_v2(_: Tenant, body: Body) -> bool:
    if at(body, IDENTITY) is not None and isinstance(at(body, IDENTITY), dict):
        return False
    listed = [each for each in body.get("identifying_documents") or () if isinstance(each, dict) and each.get("type") != "SELFIE"]
    proofs = [each for each in body.get("address_documents") or () if isinstance(each, dict)]
    if not listed or not proofs:
        return False
    body[IDENTITY], body[ADDRESS] = listed[0], proofs[0]
    return True


def _names_another(tenant: Tenant, request: Request, body: Body) -> None:
    mine = (sent(request) or {}).get("customer_id")
    body["data"]["customer_id"] = next((name for name in tenant.data.customers if name != mine), tenant.new_id())


def _answers_bare(_: Tenant, __: Request, body: Body) -> None:
    body.pop("data")


def _example(_: Tenant, body: Body) -> bool:
    """Tell whether a body is like the guide's example: passport of one file without a side, utility bill."""
    bare = all(side is not None and not isinstance(side, str) for side in _sides(body, IDENTITY))
    return at(body, KIND) == "PASSPORT" and bare and at(body, f"{ADDRESS}.type") == "UTILITY_BILL"


CALL = (
    fault("refuses_the_example", "attach-takes-the-example", "refuses the document's own example", refuses_body(KIND, _example)),
    fault(
        "attach_names_another_customer",
        "attach-answers-the-customer-id",
        "answers an attach with another id",
        edits_taken(is_attach, _names_another),
    ),
    fault(
        "attach_names_no_customer",
        "attach-answers-the-customer-id",
        "answers an attach without data",
        edits_taken(is_attach, _answers_bare),
    ),
    fault(
        "guesses_the_customer", "attach-needs-customer-id", "guesses the customer by the files", mends_body(is_attach, _guesses_customer)
    ),
    fault("attaches_to_nobody", "attach-unknown-customer", "takes documents of customers that do not exist", _serves_nobody(_uuid)),
    fault("attaches_to_any_text", "attach-unknown-customer", "takes documents for an id that is none", _serves_nobody(_no_uuid)),
    fault("breaks_down_on_odd_ids", "attach-unknown-customer", "answers 500 to an id that is none", _breaks_down_on(_no_uuid)),
    *(
        fault(f"does_without_{section}", rule, f"does without {section}", accepts(section, missing))
        for section, rule in ((IDENTITY, "attach-needs-identity"), (ADDRESS, "attach-needs-address-proof"))
    ),
    *(
        fault(f"takes_a_list_as_{section}", "proofs-are-objects", f"takes a list as {section}", _unwraps(section))
        for section in (IDENTITY, ADDRESS)
    ),
    fault(
        "reads_attach_bodies_of_v2",
        "v2-attach-body-is-refused",
        "takes the documents of V2 at attach",
        mends_body(is_attach, _translates_v2),
    ),
)
CONSENT = (
    fault("does_without_terms_value", "attach-needs-terms-value", "does without tos_policies_value", accepts(TERMS, absent)),
    fault("takes_null_terms_value", "terms-value-blank-is-refused", "counts null as a terms value", accepts(TERMS, null)),
    fault("takes_blank_terms_value", "terms-value-blank-is-refused", "counts empty text as a terms value", accepts(TERMS, blank_text)),
    fault("takes_terms_value_of_others", "terms-value-of-another-is-refused", "takes another customer's terms value", _wrong_terms(True)),
    fault("takes_any_terms_value", "terms-value-of-another-is-refused", "takes a made-up terms value", _wrong_terms(False)),
)
SIDES = (
    fault("demands_side_of_passport", "passport-without-side-is-accepted", "demands a side of a passport", _passport(with_side=False)),
    fault("forbids_side_of_passport", "passport-with-side-is-accepted", "forbids the side of a passport", _passport(with_side=True)),
    *(
        row
        for kind in BOTH_SIDES
        for name, rule in ((kind.lower(), kind.lower().replace("_", "-")),)
        for row in (
            fault(
                f"refuses_{name}_front_first",
                f"{rule}-front-and-back-is-accepted",
                f"wants the back of {kind} first",
                _in_order(kind, ["FRONT", "BACK"]),
            ),
            fault(
                f"refuses_{name}_back_first",
                f"{rule}-front-and-back-is-accepted",
                f"wants the front of {kind} first",
                _in_order(kind, ["BACK", "FRONT"]),
            ),
            fault(
                f"takes_{name}_front_alone",
                f"{rule}-front-only-is-refused",
                f"takes the front of {kind} alone",
                _sided(kind, ["FRONT"], lonely=True),
            ),
            fault(
                f"takes_{name}_back_alone",
                f"{rule}-back-only-is-refused",
                f"takes the back of {kind} alone",
                _sided(kind, ["BACK"], lonely=True),
            ),
            fault(f"infers_sides_of_{name}", f"{rule}-no-sides-is-refused", f"infers the sides of {kind}", _sided(kind, None)),
            fault(
                f"takes_two_fronts_of_{name}",
                f"{rule}-two-fronts-is-refused",
                f"takes two fronts of {kind}",
                _sided(kind, ["FRONT", "FRONT"]),
            ),
            fault(
                f"takes_two_backs_of_{name}", f"{rule}-two-fronts-is-refused", f"takes two backs of {kind}", _sided(kind, ["BACK", "BACK"])
            ),
        )
    ),
)
IDENTITIES = (
    fault(
        "takes_residence_permit_as_identity",
        "residence-permit-as-identity-is-refused fincom/residence-permit-changes-sides",
        "takes a residence permit as proof of identity",
        _identity_as("RESIDENCE_PERMIT"),
    ),
    fault(
        "takes_selfie_as_identity",
        "selfie-as-identity-is-refused fincom/selfie-is-v2-only",
        "takes a selfie as proof of identity",
        _identity_as("SELFIE"),
    ),
    fault(
        "takes_any_type_of_identity",
        "unknown-identity-type-is-refused",
        "takes any word as type of an identity document",
        accepts(KIND, texts(lambda word: word not in (*IDENTITY_TYPES, "SELFIE", "RESIDENCE_PERMIT"))),
    ),
    fault(
        "defaults_type_of_identity",
        "unknown-identity-type-is-refused",
        "counts an identity document without a type as a passport",
        accepts(KIND, absent),
    ),
    fault(
        "demands_state_of_us_licence",
        "us-licence-needs-no-state",
        "demands the state of a US licence",
        refuses_body(KIND, _licence_without_state),
    ),
    *(
        fault(
            f"takes_identity_without_{name}",
            f"identity-{name.replace('_', '-')}-is-required",
            f"takes a proof of identity without {name}",
            accepts(f"{IDENTITY}.{name}", missing),
        )
        for name in ("number", "country", "issue_date", "expiry_date")
    ),
    *(
        fault(
            f"takes_any_text_as_{name}", "identity-dates-are-dates", f"takes any text as {name}", accepts(f"{IDENTITY}.{name}", _not_a_day)
        )
        for name in ("issue_date", "expiry_date")
    ),
)
PROOFS = (
    *(
        fault(
            f"refuses_{kind.lower()}_as_address_proof",
            f"address-proof-{kind.lower().replace('_', '-')}-is-accepted",
            f"refuses {kind} as proof of address",
            refuses(f"{ADDRESS}.type", equals(kind)),
        )
        for kind in ADDRESS_TYPES
    ),
    fault(
        "drops_address_proofs_as_v2_does",
        "fincom/dropped-address-proofs-are-v1-only fincom/residence-permit-changes-sides",
        "takes no more than the three address proofs of V2",
        refuses(f"{ADDRESS}.type", texts(DROPPED.__contains__)),
    ),
    fault(
        "takes_any_type_of_address_proof",
        "address-proof-unknown-type-is-refused",
        "takes any word as type of an address proof",
        accepts(f"{ADDRESS}.type", texts(lambda word: word not in ADDRESS_TYPES)),
    ),
    fault(
        "defaults_type_of_address_proof",
        "address-proof-unknown-type-is-refused",
        "counts an address proof without a type as a utility bill",
        accepts(f"{ADDRESS}.type", absent),
    ),
    *(
        fault(
            f"takes_{leaf(section)}_{word}",
            f"{rule}-needs-a-file",
            f"takes a {section} {says}",
            accepts(f"{section}.files", when),
        )
        for section, rule in ((IDENTITY, "identity"), (ADDRESS, "address-proof"))
        for word, says, when in (
            ("without_files", "without files", missing),
            ("with_no_file", "with an empty list of files", lambda value: value == []),
        )
    ),
    fault("takes_unknown_uris", "unknown-uri-is-refused", "takes URIs that no upload answered", _adopts(foreign=False)),
    fault("takes_foreign_uris", "foreign-uri-is-refused", "takes files of other customers", _adopts(foreign=True)),
)

FAULTS: tuple[Fault, ...] = (*CALL, *CONSENT, *SIDES, *IDENTITIES, *PROOFS)
