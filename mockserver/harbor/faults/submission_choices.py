"""Servers that misjudge occupation, sources of wealth, purposes, their free texts, and types of documents (001 section 4)."""

from collections.abc import Callable
from typing import Any

from mockserver.faulting import Body, Test, blank_text, equals, is_a, missing, texts
from mockserver.harbor.faults.submission_builders import (
    SPOILT,
    Place,
    accepts,
    accepts_if,
    below,
    demands,
    fault,
    good,
    mends,
    mends_body,
    refuses,
    refuses_body,
    replacing,
)
from mockserver.harbor.faults.submission_places import BACK, given, value
from mockserver.harbor.individuals import DOCUMENT_TYPES, ONE_SIDED, OTHER, PURPOSES, WEALTH
from mockserver.harbor.occupations import OCCUPATIONS
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

TYPE = "identity_document.type"
TWO_SIDED = tuple(kind for kind in DOCUMENT_TYPES if kind != ONE_SIDED)
# Rule's beginning, array, its free text, the free text of the other one, its values.
LISTS = (
    ("source-of-wealth", "source_of_wealth", "source_of_wealth_other", "purpose_of_use_other", WEALTH),
    ("purpose", "purpose_of_use", "purpose_of_use_other", "source_of_wealth_other", PURPOSES),
)


def _unknown(values: tuple[str, ...]) -> Test:
    """Return a test for texts that are none of some words in any case."""
    folded = {word.casefold() for word in values}
    return texts(lambda text: text.casefold() not in folded)


def _replaces_entries(name: str, values: tuple[str, ...], when: Callable[[int, Any], bool]) -> OnRequest:
    """Take unknown entries of a list for which `when` holds, given index and value."""
    unknown = _unknown(values)

    def mend(_: Tenant, body: Body) -> bool:
        bad = [spot for spot in below(body, f"{name}.*") if unknown(spot.value) and when(spot.key, spot.value)]
        for spot in bad:
            spot.put(values[0])
        return bool(bad)

    return mends_body(mend)


def _chosen(body: Body, name: str) -> list[Any]:
    found = value(body, name)
    return found if isinstance(found, list) else []


def _has(name: str, word: str) -> Callable[[Tenant, Body], bool]:
    return lambda _, body: word in _chosen(body, name)


def _more_than(name: str, most: int) -> Callable[[Tenant, Body], bool]:
    return lambda _, body: len(_chosen(body, name)) > most


def _fills(name: str, text: str, when: Test, trait: Callable[[list[Any]], object]) -> OnRequest:
    """Take a bad text on other where the list that asks for it has a trait."""
    return accepts_if(text, when, lambda body: OTHER in _chosen(body, name) and trait(_chosen(body, name)))


def _wraps(place: Place) -> list[Any]:
    return [place.value]


def _passport_with_back(_: Tenant, body: Body) -> bool:
    return value(body, TYPE) == ONE_SIDED and given(body, BACK)


def _of_list(rule: str, name: str, text: str, other_text: str, values: tuple[str, ...]) -> tuple[Fault, ...]:
    return (
        fault(
            f"accepts_empty_{name}", "lists-need-an-entry", f"takes an empty list of {name}", accepts(name, lambda found: found == SPOILT)
        ),
        fault(f"wraps_text_of_{name}", "lists-are-arrays", f"takes a bare text for a list of {name}", mends(name, is_a(str), _wraps)),
        *(
            fault(
                f"forgets_{word}_of_{name}",
                f"{rule}-each-value-accepted",
                f"refuses {word} of {name}",
                refuses_body(name, _has(name, word)),
            )
            for word in values
        ),
        *(
            fault(
                f"takes_at_most_{most}_of_{name}",
                f"{rule}-all-values-accepted",
                f"refuses more than {most} of {name}",
                refuses_body(name, _more_than(name, most)),
            )
            for most in (1, len(values) - 1)
        ),
        fault(
            f"takes_any_{name}",
            f"{rule}-unknown-refused",
            f"takes any text among {name}",
            _replaces_entries(name, values, lambda *_: True),
        ),
        fault(
            f"checks_the_first_of_{name}",
            f"{rule}-unknown-refused",
            f"looks at the first of {name} only",
            _replaces_entries(name, values, lambda index, _: index > 0),
        ),
        fault(
            f"accepts_missing_{text}",
            f"{rule}-other-text-required",
            f"does not ask what other of {name} is",
            _fills(name, text, missing, bool),
        ),
        fault(
            f"accepts_blank_{text}",
            f"{rule}-other-text-blank",
            f"takes a blank text on other of {name}",
            _fills(name, text, blank_text, bool),
        ),
        fault(
            f"always_demands_{text}",
            f"{rule}-other-not-needed",
            f"demands the text on {name} of everybody",
            demands(lambda body: _chosen(body, name) and OTHER not in _chosen(body, name) and not given(body, text), text),
        ),
        fault(
            f"takes_{other_text}_for_{text}",
            "other-texts-are-separate",
            f"takes {other_text} where {text} is due",
            accepts_if(text, missing, lambda body: OTHER in _chosen(body, name) and given(body, other_text)),
        ),
    )


OCCUPATION = (
    fault(
        "takes_any_occupation",
        "occupation-from-lookup-only",
        "takes any text as occupation",
        accepts("occupation", _unknown(OCCUPATIONS)),
    ),
    fault(
        "takes_occupations_of_the_right_form",
        "occupation-from-lookup-only",
        "takes any slug as occupation",
        accepts("occupation", texts(lambda text: _unknown(OCCUPATIONS)(text) and text.replace("_", "").isalpha() and text.islower())),
    ),
)
WEALTH_ONLY = (
    fault(
        "looks_for_other_in_front_only",
        "source-of-wealth-other-any-position",
        "does not ask what other sources of wealth are where other stands behind another",
        _fills("source_of_wealth", "source_of_wealth_other", missing, lambda chosen: chosen[0] != OTHER),
    ),
    fault(
        "looks_for_other_before_the_end_only",
        "source-of-wealth-other-any-position",
        "does not ask what other sources of wealth are where other stands last behind others",
        _fills("source_of_wealth", "source_of_wealth_other", missing, lambda chosen: len(chosen) > 1 and chosen[-1] == OTHER),
    ),
    fault(
        "takes_sources_of_wealth_as_purposes",
        "purpose-unknown-refused",
        "takes sources of wealth among purposes",
        _replaces_entries("purpose_of_use", PURPOSES, lambda _, found: found in WEALTH),
    ),
)
DOCUMENTS = (
    *(
        fault(
            f"forgets_{kind.lower()}",
            "document-type-each-accepted",
            f"refuses {kind} as document",
            refuses(TYPE, equals(kind)),
        )
        for kind in DOCUMENT_TYPES
    ),
    fault(
        "takes_any_document_type", "document-type-unknown-refused", "takes any type of document", accepts(TYPE, _unknown(DOCUMENT_TYPES))
    ),
    fault(
        "reads_american_licences",
        "document-type-unknown-refused",
        "takes the American spelling of the licence",
        accepts(TYPE, texts(lambda text: text == "DRIVER_LICENSE")),
    ),
    fault(
        "demands_backs_of_passports",
        "document-back-not-needed-for-passport post-us-minimal-accepted",
        "demands the back of a passport",
        demands(lambda body: value(body, TYPE) == ONE_SIDED and not given(body, BACK), BACK),
    ),
    fault(
        "refuses_backs_of_passports",
        "document-back-allowed-for-passport post-us-full-accepted",
        "refuses a passport with its back",
        refuses_body(BACK, _passport_with_back),
    ),
    fault(
        "demands_no_backs",
        "document-back-required-two-sided",
        "takes every document without its back",
        mends_body(lambda tenant, body: value(body, TYPE) in TWO_SIDED and replacing(BACK, missing, good(BACK))(tenant, body)),
    ),
)

FAULTS: tuple[Fault, ...] = (*(row for args in LISTS for row in _of_list(*args)), *OCCUPATION, *WEALTH_ONLY, *DOCUMENTS)
