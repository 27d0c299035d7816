"""What variants of create need to refuse by other names and in another order, whatever shape the refusal has."""

from typing import Any

from mockserver.faulting import Body
from mockserver.fincom.faults.builders import ROWS
from mockserver.fincom.faults.create_builders import SPOILT
from mockserver.http import Request, Response, UnreadableBody
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext

# A refusal of a field is had by spoiling this one, and then speaks of another.
PROBE = "verification_type"
WORDS = ("STANDARD", "RELIANCE")
variant = ROWS.variant


def can_probe(tenant: Tenant, body: Body, optional: bool = False) -> bool:
    """Tell whether the verification type is good, so that a refusal of it can stand for that of something else."""
    word = "STANDARD" if optional and body.get(PROBE) is None else body.get(PROBE)
    return word in WORDS and (word == "STANDARD" or tenant.settings.reliance)


async def probe(request: Request, body: Body, call_next: CallNext) -> Response:
    """Return the refusal of a body whose verification type is spoilt; nothing comes into being."""
    return await call_next(request.with_json({**body, PROBE: SPOILT}))


def renamed(response: Response, old: str, new: list[str]) -> Response:
    """Return a refusal that tells of each of `new` what it told of `old`; the same answer if it told nothing of it."""
    body = _content(response)
    found = False
    for key in ("errors", "data"):
        carrier = body.get(key)
        if isinstance(carrier, dict) and old in carrier:
            complaint = carrier.pop(old)
            carrier.update(dict.fromkeys(new, complaint))
            found = True
        elif isinstance(carrier, list) and any(old in entry for entry in carrier if isinstance(entry, dict)):
            body[key] = [pair for entry in carrier for pair in _pairs(entry, old, new)]
            found = True
    return response.with_json(body) if found else response


def complaints(response: Response) -> int:
    """Return how many fields a refusal names."""
    body = _content(response)
    carrier = body.get("errors", body.get("data"))
    return len(carrier) if isinstance(carrier, (dict, list)) else 0


def _pairs(entry: Any, old: str, new: list[str]) -> list[Any]:
    if not isinstance(entry, dict) or old not in entry:
        return [entry]
    kept = {key: value for key, value in entry.items() if key != old}
    return [*([kept] if kept else ()), *({path: entry[old]} for path in new)]


def _content(response: Response) -> dict[str, Any]:
    try:
        body = response.json()
    except UnreadableBody:
        return {}
    return body if isinstance(body, dict) else {}
