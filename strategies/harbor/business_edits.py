"""Named edits on companies (000 §2, §5; the field tables are published elsewhere)."""

from __future__ import annotations

import copy

from harness.jsontypes import Json
from strategies.edits import Edit, drop, insert, put
from strategies.harbor.file_edits import FITS, IS_TOO_LARGE, REQUEST_IS_TOO_LARGE, sized

INDUSTRY = "company.industry"
POSITION = "associated_persons.0.position"
OTHER_POSITIONS = tuple(put(POSITION, value, name=name) for name, value in {"unknown-slug": "wizard", "label": "Chief wizard"}.items())
OTHER_INDUSTRIES = tuple(put(INDUSTRY, value, name=name) for name, value in {"unknown-slug": "wizardry", "number": 7}.items())
FOREIGN_STATES = tuple(
    put(f"company.{address}.state", "ENG", name=f"{address.replace('_', '-')}-in-a-foreign-state")
    for address in ("business_address", "register_address")
)
LARGE_DOCUMENT = put("company_files.5.files.0", sized(IS_TOO_LARGE, "pdf"), name="document-over-10-mb")
_LARGE_FILES = {
    "associated_persons.0.identity_files.0.file": FITS,
    "associated_persons.1.identity_files.0.file": FITS,
    "company_files.0.files.0": FITS,
    "company_files.1.files.0": FITS,
    "company_files.2.files.0": FITS,
    "company_files.3.files.0": REQUEST_IS_TOO_LARGE - 5 * FITS,
}


def _over_fifty_mb(payload: Json) -> Json:
    for path, size in _LARGE_FILES.items():
        payload = put(path, sized(size), name=path)(payload)
    return payload


OVER_FIFTY_MB = Edit("over-50-mb-over-all-sections", _over_fifty_mb)
DEMANDED_SECTIONS = ("company", "associated_persons", "company_files")
DEMANDED_OF_COMPANY = (
    "business_name",
    "registration_number",
    "country",
    "incorporation_date",
    "type",
    "description",
    "industry",
    "register_address",
    "business_address",
    "url",
    "has_bearer_shares",
    "purpose_of_registration",
    "estimated_number_of_transactions",
    "estimated_amount_of_transactions",
    "source_of_funds",
    "transfers_funds_for_clients",
    "tax_id",
)
DEMANDED_OF_PERSON = (
    "type",
    "first_name",
    "last_name",
    "id_number",
    "id_type",
    "birthday",
    "gender",
    "nationality",
    "residential_address",
    "identity_files",
)
DEMANDED: tuple[str, ...] = (
    *DEMANDED_SECTIONS,
    *(f"company.{field}" for field in DEMANDED_OF_COMPANY),
    *(f"associated_persons.0.{field}" for field in DEMANDED_OF_PERSON),
    *(f"company_files.0.{field}" for field in ("file_type", "files")),
)
"""The fields that are called required whatever else is said; published elsewhere."""
ENUMERATIONS = (
    "company.type",
    "company.purpose_of_registration",
    "company.source_of_funds",
    "associated_persons.0.type",
    "associated_persons.0.id_type",
    "associated_persons.0.gender",
    "associated_persons.0.identity_files.0.file_type",
    "associated_persons.0.identity_files.0.part",
    "company_files.0.file_type",
)


def without(path: str) -> Edit:
    """The field left out."""
    return drop(path, name=f"without-{path.replace('_', '-').replace('.', '-')}")


def unknown_value(path: str) -> Edit:
    """A value that no enumeration holds."""
    return put(path, "somethingElse", name=f"unknown-{path.replace('_', '-').replace('.', '-')}")


def starred(path: str) -> str:
    """The path with a star for each index, as a refusal may count otherwise."""
    return ".".join("*" if step.isdecimal() else step for step in path.split("."))


# --- what is asked of some only --------------------------------------------------------------------------------------------------

DEMANDED_OF_KINDS = {
    "representative": ("position", "phone", "permanent_address"),
    "applicant": ("email",),
    "controller": ("position",),
    "equity_holder": (
        "email",
        "phone",
        "permanent_address",
        "equity",
        "has_control",
        "is_signer",
        "relationship_established_at",
        "tax_jurisdiction_country",
    ),
}
"""The fields that are called required of some kinds of persons; published elsewhere."""
_OF_OWNERS: dict[str, Json] = {
    "equity": 60,
    "has_control": True,
    "is_signer": False,
    "relationship_established_at": "2016-01-31",
    "tax_jurisdiction_country": "US",
}
# Where the persons of a kind stand: the two that every company has, and the one that is added.
_PLACES = {"representative": 0, "applicant": 1}
_ADDED = 2


def with_person(kind: str) -> Edit:
    """A person of that kind, with everything that is asked of it, beside those that every company has."""

    def apply(payload: Json) -> Json:
        if kind not in _PLACES:
            person = {**copy.deepcopy(payload["associated_persons"][1]), **_OF_OWNERS, "type": kind}
            payload["associated_persons"].append(person)
        return payload

    return Edit(f"with-{kind.replace('_', '-')}", apply)


def demanded_of(kind: str) -> tuple[str, ...]:
    """The paths of the fields that are asked of persons of that kind."""
    return tuple(f"associated_persons.{_PLACES.get(kind, _ADDED)}.{field}" for field in DEMANDED_OF_KINDS[kind])


_EXPLAINED_CHOICES = put("company.source_of_funds", "OTHER", name="other-funds").then(
    insert("company.has_vasp_relationship", True, name="vasp-relationship")
)
EXPLANATIONS = ("company.source_of_funds_other", "company.vasp_relationship_description")
EXPLAINED = (
    _EXPLAINED_CHOICES.then(insert(EXPLANATIONS[0], "Royalties.", name="funds-explained"))
    .then(insert(EXPLANATIONS[1], "An exchange keeps our reserve.", name="relationship-explained"))
    .named("other-funds-and-vasp-explained")
)
OTHER_REPRESENTATIVES = (
    put("associated_persons.0.type", "controller", name="no-representative"),
    put("associated_persons.1.type", "representative", name="two-representatives"),
)
