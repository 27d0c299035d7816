"""Servers that answer an onboarding with other members than 003 shows, or with other values (003 business user, 201)."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from mockserver.faulting import ABSENT, Body, taken, told
from mockserver.http import Response
from mockserver.omnumi.faults.builders import (
    Scene,
    changes,
    edits_success,
    fault,
    in_scene,
    is_business,
    puts,
)
from mockserver.omnumi.faults.business import refuses
from mockserver.wrappers import Fault, OnRequest

TOP = ("domain", "business_user_name", "business_user_metadata", "is_active", "created_at", "start_date", "end_date", "tenant_id")
METADATA = ("email", "phone", "legal_name", "tax_id", "businessUserId", "businessUserMetadataId", "business_entity_name", "company_address")
ECHOES = (
    ("domain", "domain", "jonedoe"),
    ("business-user-name", "business_user_name", "jone doe"),
    ("email", "business_user_metadata.email", "lorem@mygmail.com"),
    ("legal-name", "business_user_metadata.legal_name", "jone doe"),
    ("tax-id", "business_user_metadata.tax_id", "12345"),
    ("phone", "business_user_metadata.phone", "9540217306"),
    ("business-entity-name", "business_user_metadata.business_entity_name", "Not Applicable"),
    (
        "company-address",
        "business_user_metadata.company_address",
        {
            "address1": "Mr John Smith. 132, 40ft Street, Kingston",
            "city": "San Francisco",
            "state": "CA",
            "isoCountryCode": "US",
            "postalCode": "90213",
        },
    ),
)


def _shows(path: str, change: Callable[[Any], object]) -> OnRequest:
    return edits_success(is_business, changes(f"data.{path}", change))


def _other_type(name: str) -> Callable[[Any], object]:
    if name == "is_active":
        return str
    if name in ("business_user_metadata", "company_address"):
        return lambda value: [value]
    return lambda _: 7


def _echoes_secrets(scene: Scene) -> Response | None:
    if not taken(scene.response):
        return None
    body = told(scene.response)
    body["data"]["business_user_metadata"]["documents"] = scene.body.get("incorporationDocs")
    return scene.response.with_json(body)


def _echoes(name: str) -> OnRequest:
    def make(scene: Scene) -> Response | None:
        if not taken(scene.response) or not scene.body.get(name):
            return None
        body = told(scene.response)
        body["data"][name] = scene.body[name]
        return scene.response.with_json(body)

    return in_scene(is_business, make)


def _constant_ids(body: Body) -> None:
    body["data"]["business_user_metadata"]["businessUserId"] = "57b99458-f481-4822-b8b3-516d6bd611ca"


def _swapped_names(body: Body) -> None:
    data = body["data"]
    metadata = data["business_user_metadata"]
    data["business_user_name"], metadata["legal_name"] = metadata["legal_name"], data["business_user_name"]


SAMPLE_TENANT = "57b99458-f481-4822-b8b3-516d6bd611ca"


FAULTS: tuple[Fault, ...] = (
    fault("onboards_nobody", "business-sample-accepted", "refuses every business user", refuses(bool)),
    fault(
        "onboards_with_200",
        "business-sample-accepted",
        "answers 200 to an onboarding",
        in_scene(is_business, lambda scene: replace(scene.response, status=200) if taken(scene.response) else None),
    ),
    fault(
        "tells_onboarding_in_other_words",
        "business-message",
        "answers an onboarding with another message",
        edits_success(is_business, puts("message", "Success")),
    ),
    *(
        fault(
            f"answers_business_without_{name}",
            f"business-type-{name.replace('_', '-')}",
            f"leaves {name} out of the answer to an onboarding",
            _shows(name, lambda _: ABSENT),
        )
        for name in TOP
    ),
    *(
        fault(
            f"answers_business_with_{name}_of_another_type",
            f"business-type-{name.replace('_', '-')}",
            f"answers an onboarding with {name} of another type",
            _shows(name, _other_type(name)),
        )
        for name in TOP
    ),
    *(
        fault(
            f"answers_business_without_{name}",
            f"business-meta-type-{name.replace('_', '-').lower()}",
            f"leaves {name} out of the metadata of an onboarding",
            _shows(f"business_user_metadata.{name}", lambda _: ABSENT),
        )
        for name in METADATA
    ),
    *(
        fault(
            f"answers_business_with_{name}_of_another_type",
            f"business-meta-type-{name.replace('_', '-').lower()}",
            f"answers an onboarding with {name} of another type",
            _shows(f"business_user_metadata.{name}", _other_type(name)),
        )
        for name in METADATA
    ),
    *(
        fault(
            f"answers_business_with_{name.replace('-', '_')}_of_sample",
            f"business-echo-{name}",
            f"answers an onboarding with {path.rpartition('.')[2]} of the sample",
            edits_success(is_business, puts(f"data.{path}", value)),
        )
        for name, path, value in ECHOES
    ),
    fault(
        "swaps_names_of_business",
        "business-echo-legal-name business-echo-business-user-name",
        "shows the legal name as the other one",
        edits_success(is_business, _swapped_names),
    ),
    fault(
        "onboards_inactive",
        "business-new-is-active",
        "shows a new business user as not active",
        edits_success(is_business, puts("data.is_active", False)),
    ),
    fault(
        "onboards_for_one_tenant",
        "business-tenant-is-callers",
        "shows one tenant for all business users",
        edits_success(is_business, puts("data.tenant_id", SAMPLE_TENANT)),
    ),
    fault(
        "gives_business_users_one_id", "business-ids-unique", "gives all business users one id", edits_success(is_business, _constant_ids)
    ),
    fault(
        "shows_sample_creation_of_business",
        "business-created-at-plausible",
        "shows the time of the sample",
        edits_success(is_business, puts("data.created_at", "2022-11-11T09:47:44.007Z")),
    ),
    fault("echoes_documents", "business-secret-not-echoed", "shows a document in the answer", in_scene(is_business, _echoes_secrets)),
    *(
        fault(f"echoes_{name}", "business-secret-not-echoed", f"shows {name} in the answer", _echoes(name))
        for name in ("bankVerificationNumber", "clientToken")
    ),
)
