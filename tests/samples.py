"""Records of a made-up run, with one rule of every kind, for the tests of what people see."""

from harness.jsontypes import Json
from harness.record import ExchangeRecord, Finding, RuleRecord, RunInfo, Verdict

CUSTOMER: Json = {
    "verification_type": "STANDARD",
    "basic_info": {
        "first_name": "Maria",
        "last_name": "Garcia",
        "dob": "1990-04-15",
        "email": "maria.k3f9@example.com",
        "phone": "14155552671",
        "country_of_residence": "USA",
        "primary_nationality": "USA",
        "tax_info": [{"country_code": "USA", "document_type": "SSN", "document_id": "904-17-2263"}],
    },
    "address": {"street_line_1": "123 Market Street", "city": "San Francisco", "subdivision_code": "US-CA", "country": "USA"},
}
CREATED: Json = {"data": {"customer_id": "55bd6b4e-c20a-4cc8-9535-91d5557a67d9", "tos_policies_url": "https://tos.example/?v=1"}}
DEVIATION = """[[deviations]]
rule = "fincom-v2/phone-needs-a-plus"
reason = ""
owner = ""
issue = ""
version = ""
expires = 2026-01-31T00:00:00Z
"""


def exchange(note: str = "edit without-plus", status: int | None = 200, response: Json = None) -> ExchangeRecord:
    return ExchangeRecord(
        operation="createIndividualV2",
        method="POST",
        url="http://127.0.0.1:8321/fincom/v2/customers/individual",
        status=status,
        ms=3.41,
        request=CUSTOMER,
        response=CREATED if response is None else response,
        request_headers={"authorization": "Bearer $FINCOM_ACCESS_TOKEN", "content-type": "application/json"},
        response_headers={"content-type": "application/json", "x-request-id": "req-1"},
        curl=(
            "curl -sS -X POST http://127.0.0.1:8321/fincom/v2/customers/individual"
            " -H \"authorization: Bearer $FINCOM_ACCESS_TOKEN\" -H 'content-type: application/json' --data '{\"basic_info\": {}}'"
        ),
        note=note,
    )


def finding(rule_id: str = "fincom-v2/phone-needs-a-plus") -> Finding:
    return Finding(
        test="suites/fincom/test_phone.py::test_phone_needs_a_plus",
        message="the customer was created although basic_info.phone is '14155552671'\nstatus 200 is not 400 or 422",
        expected="refused: 400 or 422, the body naming basic_info.phone",
        example={"customer": CUSTOMER},
        exchanges=[exchange(), exchange("control", 200)],
        rerun=f"pytest suites --target mock --rule {rule_id} --seed 42",
        deviation=DEVIATION,
    )


def record(number: int, verdict: Verdict = Verdict.PASSED, **changes: Json) -> RuleRecord:
    areas = ("create", "attach", "upload", "catalogue", "webhooks", "authentication")
    values: dict[str, Json] = {
        "id": f"fincom-v2/rule-{number:03d}",
        "provider": "fincom",
        "verdict": verdict,
        "basis": ("documented", "example", "inferred")[number % 3],
        "exchanges": 12,
        "examples": 5,
        "seed": 42,
        "says": "A monthly volume with a fraction, or sent as text, is refused, whatever the other fields hold.",
        "source": "V2 Financial Profile; Migration summary",
        "area": areas[number % 6],
        "operation": "createIndividualV2",
        "seconds": 0.21,
        "tests": 1,
    }
    return RuleRecord(**(values | changes))


def records(passed: int = 24) -> list[RuleRecord]:
    kinds = [
        record(
            900,
            Verdict.NONCONFORMANT,
            id="fincom-v2/phone-needs-a-plus",
            basis="documented",
            says="A phone number without its leading plus sign is refused.",
            source="V2 Personal details; Common Pitfalls (phone)",
            finding=finding(),
        ),
        record(
            901,
            Verdict.NONCONFORMANT,
            id="fincom-v2/concurrent-attach-conflicts",
            severity="critical",
            basis="documented",
            says="Of several attach requests sent at once exactly one is taken, the others get the documented conflict.",
            source="V2 Attach Documents; Error Response Examples (409)",
            area="attach",
            operation="attachIndividualV2",
            finding=finding("fincom-v2/concurrent-attach-conflicts"),
        ),
        record(
            902, Verdict.ADVISORY, basis="inferred", says="<script>alert(1)</script> in a name comes back as it was.", finding=finding()
        ),
        record(903, Verdict.NOT_CHECKABLE, reason="the control request was refused too: 422 naming address.subdivision_code"),
        record(904, Verdict.ENVIRONMENT_FAULT, reason="the token endpoint answered 503 three times"),
        record(905, Verdict.UNKNOWN, reason="the answer to POST /v2/customers/individual was lost"),
        record(906, Verdict.NOT_APPLICABLE, reason="needs webhooks, which this target does not claim"),
        record(907, Verdict.NOT_APPLICABLE, reason="needs webhooks, which this target does not claim"),
        record(
            908, Verdict.NOT_TESTED, reason="The operations that would show it are outside document 002.", tests=0, examples=0, exchanges=0
        ),
        record(
            909,
            id="fincom-v2/amb-secondary-equals-primary",
            basis="silent",
            says="Whether the second nationality may equal the first is left open.",
            observed={"fincom-v2/amb-secondary-equals-primary": ["accepted"]},
        ),
    ]
    return [*(record(number) for number in range(passed)), *kinds]


def run(**changes: Json) -> RunInfo:
    values: dict[str, Json] = {
        "target": "mock",
        "providers": ["fincom"],
        "profile": "nightly",
        "seed": 42,
        "strict": False,
        "started": "2025-11-21T06:00:00Z",
        "finished": "2025-11-21T06:00:48Z",
        "seconds": 48.2,
        "exit_code": 1,
        "verdict": "nonconforming",
        "requests": 4812,
        "versions": {"railproof": "0.1.0", "hypothesis": "6.170.15", "python": "3.11.9"},
        "command": "pytest suites --target mock --profile nightly --seed 42 -n 2",
        "reports": "reports/mock",
    }
    return RunInfo(**(values | changes))
