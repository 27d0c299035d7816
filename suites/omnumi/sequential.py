"""One preauthorization as a sequential machine: what each call answers in each state, for judging calls that overlapped."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from harness.exchange import Exchange
from harness.linearizability import Event, explanation
from suites.omnumi.comparing import number, settled, some_hash, status
from suites.omnumi.driver import Omnumi


class Call(NamedTuple):
    """`create`, `settle` or `read`; the amount is that of the request."""

    kind: str
    amount: Fraction = Fraction(0)


class Answer(NamedTuple):
    """What came: `done` or the kind of refusal, and of a success what it showed."""

    kind: str
    id: str = ""
    authorized: Fraction = Fraction(0)
    settled: Fraction = Fraction(0)
    hash: str = ""


class Record(NamedTuple):
    """A preauthorization that exists. `id` and `hash` are empty as long as nobody has seen them, for want of an answer."""

    id: str
    authorized: Fraction
    settled: Fraction = Fraction(0)
    hash: str = ""


State = Record | None
REFUSED = "refused"


def step(state: State, call: Call, answer: Answer | None) -> Iterable[State]:
    """The states in which the call may leave the preauthorization with that answer; with a lost one, all that it may lead to."""
    return {"create": _create, "settle": _settle, "read": _read}[call.kind](state, call, answer)


def _create(state: State, call: Call, answer: Answer | None) -> Iterable[State]:
    if answer is None:
        return [Record("", call.amount) if state is None else state]
    if answer.kind == "done":
        # A repeat may be answered as the first was (omnumi/amb-retry).
        repeated = state is not None and state.authorized == call.amount and state.id in ("", answer.id)
        if state is None or repeated:
            return [Record(answer.id, call.amount) if state is None else state._replace(id=answer.id)]
        return []
    return [state] if state is not None and answer.kind == "invoice-exists" else []


def _settle(state: State, call: Call, answer: Answer | None) -> Iterable[State]:
    if answer is None:
        possible = state is not None and not state.settled and call.amount <= state.authorized
        return [state._replace(settled=call.amount)] if state is not None and possible else [state]
    if state is None:
        return [None] if answer.kind != "done" else []
    if answer.kind == "done":
        repeated = state.settled == call.amount and state.hash in ("", answer.hash)
        if (state.settled and not repeated) or answer.settled != call.amount or answer.authorized != state.authorized:
            return []
        return _seen(state._replace(settled=call.amount), answer)
    fair = {"invalid-settlement-state"} if state.settled else set()
    if call.amount > state.authorized:
        fair.add("settlement-above-limit")
    return [state] if answer.kind in fair else []


def _read(state: State, call: Call, answer: Answer | None) -> Iterable[State]:  # noqa: ARG001 - the three have one form
    if answer is None:
        return [state]
    if state is None:
        return [None] if answer.kind == "not-there" else []
    shows = answer.kind == ("settled" if state.settled else "authorized")
    if not shows or (answer.authorized, answer.settled) != (state.authorized, state.settled):
        return []
    return _seen(state, answer)


def _seen(state: Record, answer: Answer) -> list[State]:
    """The state with the id and the hash that the answer shows, if they are the known ones."""
    if state.id not in ("", answer.id) or state.hash not in ("", answer.hash) or bool(answer.hash) != bool(state.settled):
        return []
    return [state._replace(id=answer.id, hash=answer.hash)]


REFUSALS = {
    "create": ("invoice-exists",),
    "settle": ("invalid-settlement-state", "settlement-above-limit", "not-there", "bad-request", "settle-conflict"),
    "read": ("preauthorization-not-found",),
}
STATES = {"AUTHORIZED": "authorized", "SETTLED": "settled"}
# Stands for an amount that is none: no state has it, so nothing explains it.
NONSENSE = Fraction(-1)
SUCCESSES = {"create": "created", "settle": "settled", "read": "read"}


def event(omnumi: Omnumi, call: Call, exchange: Exchange) -> Event[Call, Answer]:
    """What happened, in the words of the machine; an answer that no order could explain breaks the running rule at once."""
    omnumi.expect(exchange, answers=[SUCCESSES[call.kind], *REFUSALS[call.kind]])
    return Event(call, _told(call, exchange), exchange.began, exchange.ended)


def _told(call: Call, exchange: Exchange) -> Answer:
    body = exchange.json
    if exchange.status >= 400:
        return Answer(_refusal(exchange))
    shown = STATES.get(str(status(body["status"])), "other") if call.kind == "read" else "done"
    amount = number(body.get("amount" if call.kind == "create" else "authorizedAmount"))
    paid = settled(body.get("settledAmount"))
    some = str(some_hash(body.get("transactionHash")) or "")
    return Answer(shown, str(body.get("transactionId")), NONSENSE if amount is None else amount, NONSENSE if paid is None else paid, some)


TEXTS = {
    "Invoice already exists": "invoice-exists",
    "Invalid settlement state": "invalid-settlement-state",
    "Settlement exceeds authorized amount": "settlement-above-limit",
}


def _refusal(exchange: Exchange) -> str:
    known = next((kind for text, kind in TEXTS.items() if text in exchange.text), None)
    return known or ("not-there" if exchange.status == 404 else REFUSED)


def explained(omnumi: Omnumi, history: list[Event[Call, Answer]], *exchanges: Exchange) -> None:
    """A breach where no order of the calls explains every answer."""
    if explanation(history, None, step) is None:
        began = min(event.began for event in history)
        told = "; ".join(
            f"{each.call.kind} {each.call.amount} from {each.began - began:.4f} s to {each.ended - began:.4f} s: "
            f"{each.answer._asdict() if each.answer else 'no answer'}"
            for each in sorted(history, key=lambda each: each.began)
        )
        raise omnumi.breach(f"no order of these calls explains their answers: {told}", *exchanges)
