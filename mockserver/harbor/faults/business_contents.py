"""Servers that mishandle what businesses submit (000 introduction, sections 2 and 5; the field tables are published elsewhere)."""

from typing import Any

from mockserver.faulting import (
    Test,
    at,
    edits_body,
    missing,
    sent,
    spots,
    taken,
)
from mockserver.harbor import errors
from mockserver.harbor.faults.builders import (
    Scene,
    fault,
    in_scene,
    is_submit,
    takes,
    takes_field,
)
from mockserver.harbor.faults.carriers import plain_name, refused_fields
from mockserver.harbor.lookups import industry_slugs
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

SECTIONS = ("company", "associated_persons", "company_files")
FILE_BYTES, REQUEST_BYTES = 10 * 2**20, 50 * 2**20
OF_COMPANY = (
    "business_name", "registration_number", "country", "incorporation_date", "type", "description", "industry", "register_address",
    "business_address", "url", "has_bearer_shares", "purpose_of_registration", "estimated_number_of_transactions",
    "estimated_amount_of_transactions", "source_of_funds", "transfers_funds_for_clients", "tax_id",
)  # fmt: skip
OF_PERSONS = (
    "type", "first_name", "last_name", "id_type", "id_number", "birthday", "gender", "nationality", "residential_address",
    "identity_files",
)  # fmt: skip
OF_FILES = ("file_type", "files")
DEMANDED = (
    *SECTIONS,
    *(f"company.{name}" for name in OF_COMPANY),
    *(f"associated_persons.*.{name}" for name in OF_PERSONS),
    *(f"company_files.*.{name}" for name in OF_FILES),
)
OF_ADDRESSES = (
    *(f"company.register_address.{name}" for name in ("street", "city", "postal_code")),
    *(f"company.business_address.{name}" for name in ("street", "city", "postal_code", "country")),
)
CLOSED = (
    "company.type", "company.purpose_of_registration", "company.source_of_funds", "associated_persons.*.type",
    "associated_persons.*.id_type", "associated_persons.*.gender", "associated_persons.*.identity_files.*.file_type",
    "associated_persons.*.identity_files.*.part", "company_files.*.file_type",
)  # fmt: skip
# What is asked of some kinds of persons only.
OF_KINDS = (
    ("representative", ("position", "phone", "permanent_address")),
    ("applicant", ("email",)),
    ("controller", ("position",)),
    (
        "equity_holder",
        (
            "email",
            "phone",
            "permanent_address",
            "equity",
            "has_control",
            "is_signer",
            "relationship_established_at",
            "tax_jurisdiction_country",
        ),
    ),
)
EXPLAINED = ("source_of_funds_other", "vasp_relationship_description")
MIDDLE = industry_slugs("US")[len(industry_slugs("US")) // 2]
EVERYWHERE = frozenset(industry_slugs("US")) | frozenset(industry_slugs("GB"))


def _has_all(scene: Scene) -> bool:
    body = sent(scene.request) or {}
    return scene.customer.type == "business" and all(name in body for name in SECTIONS)


def _demand_parts(scene: Scene) -> Response | None:
    if not taken(scene.response) or not _has_all(scene) or not (run := scene.customer.latest):
        return None
    scene.customer.runs.remove(run)
    return errors.validation_failed({name: ["Is sent on its own."] for name in SECTIONS[1:]})


def _given(value: object) -> bool:
    return not missing(value)


def _takes(path: str, test: Test) -> OnRequest:
    return takes_field(is_submit, path, test, "business")


def _slug_of_anywhere(value: object) -> bool:
    return isinstance(value, str) and value in EVERYWHERE


def _refuses(path: str, test: Test) -> OnRequest:
    """Refuse submissions with a value at `path` for which `test` holds, by putting one there that nobody takes."""

    def edit(_: Tenant, __: Request, body: dict[str, Any]) -> bool:
        found = [spot for spot in spots(body, path) if test(spot.value)]
        for spot in found:
            spot.put("not listed")
        return bool(found)

    return edits_body(is_submit, edit)


def _takes_large(limit: int, *names: str) -> OnRequest:
    """Take what is refused for files in some members alone, in a request that is larger than a limit."""

    def lie(scene: Scene) -> bool:
        if scene.customer.type != "business" or len(scene.request.body) <= limit:
            return False
        refused = [plain_name(each).rstrip("0123456789.") for each in refused_fields(scene.response) or ()]
        return bool(refused) and all(each.split(".")[0] in names for each in refused)

    return takes(is_submit, lie)


def _takes_person(kind: str, name: str) -> OnRequest:
    """Take a business where persons of a kind lack a member and nothing else is wrong."""

    def lie(scene: Scene) -> bool:
        refused = {plain_name(each) for each in refused_fields(scene.response) or ()}
        persons = at(sent(scene.request) or {}, "associated_persons")
        of_kind = [
            f"associated_persons.{index}.{name}"
            for index, person in enumerate(persons if isinstance(persons, list) else ())
            if isinstance(person, dict) and person.get("type") == kind and person.get(name) is None
        ]
        return bool(refused) and refused <= set(of_kind)

    return takes(is_submit, lie)


def _representatives(count: int) -> OnRequest:
    """Take a business with another number of representatives than one."""

    def lie(scene: Scene) -> bool:
        refused = [plain_name(each) for each in refused_fields(scene.response) or ()]
        kinds = [spot.value for spot in spots(sent(scene.request) or {}, "associated_persons.*.type")]
        return refused == ["associated_persons"] and kinds.count("representative") == count

    return takes(is_submit, lie)


FAULTS: tuple[Fault, ...] = (
    fault(
        "demands_business_in_parts",
        "business-single-request",
        "refuses all sections of a business at once",
        in_scene(is_submit, _demand_parts),
    ),
    fault(
        "takes_any_position",
        "business-position-from-lookup",
        "takes a position that is not listed",
        _takes("associated_persons.*.position", _given),
    ),
    fault(
        "refuses_listed_positions",
        "business-position-roundtrip",
        "takes the first listed positions only",
        _refuses("associated_persons.*.position", lambda value: value in ("vicePresident", "director", "other")),
    ),
    fault(
        "takes_any_industry", "business-industry-from-lookup", "takes an industry that is not listed", _takes("company.industry", _given)
    ),
    fault(
        "takes_industries_of_all_countries",
        "business-industry-by-incorporation-country",
        "takes an industry that is listed for another country",
        _takes("company.industry", _slug_of_anywhere),
    ),
    fault(
        "refuses_listed_industries",
        "business-industry-roundtrip",
        "takes the industries of the first half of the alphabet only",
        _refuses("company.industry", lambda value: isinstance(value, str) and value > "j"),
    ),
    fault(
        "refuses_one_listed_industry",
        "business-industry-roundtrip",
        "lists an industry from the middle of the list and does not take it",
        _refuses("company.industry", lambda value: value == MIDDLE),
    ),
    *(
        fault(
            f"takes_any_state_in_{name}",
            "business-address-state",
            f"takes a state that is not listed in the {name} of a business",
            _takes(f"company.{name}.state", _given),
        )
        for name in ("business_address", "register_address")
    ),
    fault(
        "takes_large_company_files",
        "business-file-over-10mb-refused",
        "takes a document of a company of any size",
        _takes_large(FILE_BYTES, "company_files"),
    ),
    fault(
        "counts_files_of_business_apart",
        "business-request-over-50mb-refused",
        "takes files of a business of more than 50 MB in sum",
        _takes_large(REQUEST_BYTES, *SECTIONS),
    ),
    *(
        fault(
            f"takes_business_without_{path.replace('.*', '').replace('.', '_')}",
            rule,
            f"takes a business without {path}",
            _takes(path, missing),
        )
        for rule, paths in (("business-fields-are-demanded", DEMANDED), ("implied-constraints-are-checked", OF_ADDRESSES))
        for path in paths
    ),
    *(
        fault(
            f"takes_{kind}_without_{name}",
            "business-fields-are-demanded",
            f"takes a business whose {kind.replace('_', ' ')} has no {name}",
            _takes_person(kind, name),
        )
        for kind, names in OF_KINDS
        for name in names
    ),
    *(
        fault(
            f"takes_company_without_{name}",
            "business-fields-are-demanded",
            f"takes a company without its {name}",
            _takes(f"company.{name}", missing),
        )
        for name in EXPLAINED
    ),
    *(
        fault(
            f"takes_{count}_representatives",
            "business-fields-are-demanded",
            f"takes a business with {count} representatives",
            _representatives(count),
        )
        for count in (0, 2)
    ),
    *(
        fault(
            f"takes_any_{path.replace('.*', '').replace('.', '_')}",
            "business-values-are-checked",
            f"takes any value of {path}",
            _takes(path, _given),
        )
        for path in CLOSED
    ),
)
