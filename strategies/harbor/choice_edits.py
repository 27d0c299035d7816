"""Named edits on sources of wealth, purposes and their free texts (001 §4)."""

from __future__ import annotations

from harness.jsontypes import Json
from strategies.edits import Edit, change, drop, insert, put
from strategies.harbor.individuals import PURPOSES, SOURCES_OF_WEALTH
from strategies.harbor.person_edits import ROOT, forms

WEALTH = f"{ROOT}.source_of_wealth"
PURPOSE = f"{ROOT}.purpose_of_use"
LISTS = (WEALTH, PURPOSE)
TEXTS = {path: f"{path}_other" for path in LISTS}
OTHERS = {WEALTH: "Royalty income", PURPOSE: "Treasury management"}
KNOWN = {WEALTH: "rentalIncome", PURPOSE: "savingsHolding"}
VALUES = {WEALTH: SOURCES_OF_WEALTH, PURPOSE: PURPOSES}


def _word(path: str) -> str:
    return "wealth" if path == WEALTH else "purpose"


def chosen(path: str, *values: str, text: str | None = None) -> Edit:
    """Exactly these values, with the free text given or without one."""

    def apply(payload: Json) -> Json:
        person = payload[ROOT]
        leaf = path.rpartition(".")[2]
        person[leaf] = list(values)
        person.pop(f"{leaf}_other", None)
        return payload if text is None else insert(TEXTS[path], text, name="text")(payload)

    return Edit("-".join([_word(path), *(value for value in values)]) + ("" if text is None else "-told"), apply)


def alone(path: str, value: str) -> Edit:
    """One value by itself, with its text where it is `other`."""
    return chosen(path, value, text=OTHERS[path] if value == "other" else None)


def everything(path: str) -> Edit:
    """All values together."""
    return chosen(path, *VALUES[path], text=OTHERS[path]).named(f"every-{_word(path)}")


def empty(path: str) -> Edit:
    """No value at all."""
    return chosen(path).named(f"no-{_word(path)}")


def bare_text(path: str) -> Edit:
    """One value that stands in no list."""
    return chosen(path).then(put(path, KNOWN[path], name="bare")).named(f"{_word(path)}-as-text")


def unknown(path: str) -> tuple[Edit, ...]:
    """Values that are not in the table: by themselves, behind and before a good one, and one of the other table."""
    strange = "lottery" if path == WEALTH else "gambling"
    foreign = "savingsHolding" if path == WEALTH else "rentalIncome"
    return (
        chosen(path, strange),
        chosen(path, KNOWN[path], strange),
        chosen(path, strange, KNOWN[path]),
        chosen(path, foreign).named(f"{_word(path)}-of-the-other-list"),
    )


def other_untold(path: str) -> Edit:
    """`other` without its text."""
    return chosen(path, "other").named(f"other-{_word(path)}-untold")


def other_anywhere(path: str) -> tuple[Edit, ...]:
    """`other` without its text at each place of a list of three."""
    first, second = VALUES[path][:2]
    orders = {"first": ("other", first, second), "middle": (first, "other", second), "last": (first, second, "other")}
    return tuple(chosen(path, *values).named(f"other-{name}-untold") for name, values in orders.items())


def other_blank(path: str) -> tuple[Edit, ...]:
    """`other` with a text that tells nothing."""
    return tuple(
        chosen(path, "other", text=text).named(f"other-{_word(path)}-{name}") for name, text in {"empty": "", "blank": "   "}.items()
    )


def other_told_in_the_wrong_place(path: str) -> Edit:
    """`other` in this list, and the text of the other one."""
    neighbour = PURPOSE if path == WEALTH else WEALTH
    swapped = chosen(path, KNOWN[path], "other").then(chosen(neighbour, KNOWN[neighbour], "other", text=OTHERS[neighbour]))
    return swapped.named(f"only-the-text-on-{_word(neighbour)}")


def text_without_other(path: str) -> Edit:
    """A text where `other` was not chosen."""
    return chosen(path, KNOWN[path], text=OTHERS[path]).named(f"text-without-other-{_word(path)}")


def twice(path: str) -> Edit:
    """A value twice."""
    return chosen(path, KNOWN[path], KNOWN[path]).named(f"{_word(path)}-twice")


def other_case(path: str) -> Edit:
    """A value in small letters."""
    return chosen(path, KNOWN[path].lower()).named(f"{_word(path)}-in-small-letters")


def long_other(path: str) -> Edit:
    """A free text of a thousand letters."""
    return chosen(path, "other", text="x" * 1000).named(f"long-text-on-{_word(path)}")


# --- identity documents --------------------------------------------------------------------------------------------------------

DOCUMENT = f"{ROOT}.identity_document"
DOCUMENT_TYPE = f"{DOCUMENT}.type"
DOCUMENT_COUNTRY = f"{DOCUMENT}.country"
FRONT = f"{DOCUMENT}.front"
BACK = f"{DOCUMENT}.back"
OTHER_DOCUMENT_TYPES = forms(DOCUMENT_TYPE, {"american-spelling": "DRIVER_LICENSE", "visa": "VISA", "empty-type": "", "number": 1})
DOCUMENT_TYPE_IN_SMALL_LETTERS = change(DOCUMENT_TYPE, str.lower, name="type-in-small-letters")


def document_of(kind: str, *, back: Json = None) -> Edit:
    """A document of that type, with that back or without one."""

    def apply(payload: Json) -> Json:
        document = payload[ROOT]["identity_document"]
        document.pop("back", None)
        document |= {"type": kind} | ({} if back is None else {"back": back})
        return payload

    return Edit(f"{kind.lower().replace('_', '-')}{'' if back is None else '-with-back'}", apply)


WITHOUT_FRONT = drop(FRONT)
