"""Servers that misjudge files: format, encoding, emptiness and size (000 section 5, 001 section 4)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from mockserver.faulting import Body, Operation, Test, afterwards, equals, is_a, null
from mockserver.harbor.faults.submission_builders import (
    SPOILT,
    Trait,
    accepts,
    all_of,
    below,
    breaks_down,
    customer_of,
    fault,
    good,
    is_heavy_patch,
    is_heavy_post,
    is_post,
    mends_body,
    refuses,
    refuses_body,
    replacing,
)
from mockserver.harbor.faults.submission_contents import (
    MAGIC,
    is_another_picture,
    is_broken,
    is_cut_off,
    is_of,
    is_of_another_format,
    larger,
)
from mockserver.harbor.faults.submission_places import BACK, FILES, FRONT, PDF, PERSON, PROOFS, STATEMENTS, sizes
from mockserver.harbor.files import FILE_LIMIT, REQUEST_LIMIT
from mockserver.harbor.lifecycle import start
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

PROOF, STATEMENT = f"{PROOFS}.*", f"{STATEMENTS}.*"
NAMED = (("fronts", FRONT), ("backs", BACK), ("proofs", PROOF), ("statements", STATEMENT))
SIZED = 8 * 2**20


def _all(when: Test, paths: tuple[str, ...], on: Operation = is_post) -> OnRequest:
    return mends_body(all_of(replacing(path, when, good(path)) for path in paths), on)


def _behind_the_first(path: str, when: Test) -> Trait:
    def mend(_: Tenant, body: Body) -> bool:
        bad = [spot for spot in below(body, path) if spot.key > 0 and when(spot.value)]
        for spot in bad:
            spot.put(PDF)
        return bool(bad)

    return mend


def _total(least: int, most: int | None = None) -> Callable[[Tenant, Body], bool]:
    """Return a trait: all files together have more than `least` bytes, at most `most`, and each is small enough."""

    def trait(_: Tenant, body: Body) -> bool:
        found = list(sizes(body))
        return least < sum(found) <= (most or sum(found)) and max(found) <= FILE_LIMIT

    return trait


def _takes_any_total(on: Operation) -> OnRequest:
    """Take files that are too large only together."""
    trait, mend = _total(REQUEST_LIMIT), all_of(replacing(path, larger(0), good(path)) for path in FILES)
    return mends_body(lambda tenant, body: trait(tenant, body) and mend(tenant, body), on)


def _keeps_a_run(tenant: Tenant, request: Request, response: Response) -> bool:
    customer = customer_of(tenant, request)
    kept = customer is not None and response.status in (400, 413, 422)
    if kept and customer and not customer.runs:
        start(tenant, customer, {})
    return kept


def _is_number(found: Any) -> bool:
    return isinstance(found, int | float)


def _long_text(found: Any) -> bool:
    return isinstance(found, str) and len(found) > FILE_LIMIT and larger(0, FILE_LIMIT)(found)


FORMATS = (
    *(
        fault(
            f"refuses_{form}_{where}",
            "file-formats-accepted" if path == FRONT else "other-files-three-formats-accepted",
            f"refuses {form.upper()} files as {where}",
            refuses(path, partial(is_of, form)),
        )
        for where, path in NAMED
        for form in MAGIC
    ),
    fault("takes_any_format_of_fronts", "front-other-format-refused", "sends any file on as front", accepts(FRONT, is_of_another_format)),
    fault(
        "takes_any_picture_as_front", "front-other-format-refused", "sends pictures of any format on", accepts(FRONT, is_another_picture)
    ),
)
ENCODINGS = (
    *(
        fault(
            f"takes_any_text_as_{where}", f"{rule}-not-base64-refused", f"takes text that is no base64 as {where}", accepts(path, is_broken)
        )
        for (where, path), rule in zip(NAMED, ("front", "back", "array-file", "array-file"), strict=True)
    ),
    fault("drops_cut_off_letters", "front-not-base64-refused", "takes base64 of a length that no file gives", accepts(FRONT, is_cut_off)),
    *(
        fault(
            f"decodes_the_first_of_{where}",
            "array-file-not-base64-refused",
            f"looks at the first of {where} only",
            mends_body(_behind_the_first(path, is_broken)),
        )
        for where, path in NAMED[2:]
    ),
    *(
        fault(f"takes_{word}_as_files", "array-file-non-text-refused", f"takes {word} among the files of a list", _all(when, FILES[2:]))
        for word, when in (("numbers", _is_number), ("null", null), ("objects", is_a(dict)))
    ),
    fault(
        "breaks_down_on_objects_as_files",
        "array-file-non-text-refused",
        "answers 500 to an object among the proofs of an address",
        breaks_down(f"{PERSON}.{PROOF}", is_a(dict)),
    ),
    *(
        fault(f"takes_empty_{where}", "empty-file-refused", f"takes {where} of no bytes", accepts(path, equals("")))
        # An empty back may count as none.
        for where, path in NAMED
        if path != BACK
    ),
)
SIZES = (
    *(
        fault(
            f"holds_8_megabytes_of_{where}",
            "file-at-10mb-accepted",
            f"refuses {where} of more than 8 MB",
            refuses(path, larger(SIZED, FILE_LIMIT), is_heavy_post),
        )
        for where, path in NAMED
    ),
    fault(
        "counts_encoded_bytes",
        "file-at-10mb-accepted",
        "counts the characters of base64 and not the bytes that they stand for",
        mends_body(all_of(replacing(path, _long_text, lambda _: SPOILT) for path in FILES), is_heavy_post),
    ),
    *(
        fault(
            f"takes_{where}_of_any_size",
            "file-over-10mb-refused",
            f"takes {where} of any size",
            accepts(path, larger(FILE_LIMIT), is_heavy_post),
        )
        for where, path in NAMED
    ),
    *(
        fault(
            f"measures_the_first_of_{where}",
            "file-over-10mb-refused",
            f"measures the first of {where} only",
            mends_body(_behind_the_first(path, larger(FILE_LIMIT)), is_heavy_post),
        )
        for where, path in NAMED[2:]
    ),
    *(
        fault(
            f"holds_{most}_megabytes",
            "request-at-50mb-accepted",
            f"refuses files of more than {most} MB in all",
            refuses_body(FRONT, _total(most * 10**6, REQUEST_LIMIT), is_heavy_post),
        )
        for most in (25, 40)
    ),
    fault("sums_no_sizes", "request-over-50mb-refused", "measures each file by itself only", _takes_any_total(is_heavy_post)),
    fault(
        "measures_no_corrected_file",
        "size-limits-hold-on-patch",
        "takes files of any size in a correction",
        _all(larger(FILE_LIMIT), FILES, is_heavy_patch),
    ),
    fault(
        "sums_no_sizes_of_corrections",
        "size-limits-hold-on-patch",
        "measures each file of a correction by itself only",
        _takes_any_total(is_heavy_patch),
    ),
    fault(
        "keeps_what_was_too_large",
        "oversize-leaves-no-onboarding",
        "starts an onboarding before it measures the files",
        afterwards(is_heavy_post, _keeps_a_run),
    ),
)

FAULTS: tuple[Fault, ...] = (*FORMATS, *ENCODINGS, *SIZES)
