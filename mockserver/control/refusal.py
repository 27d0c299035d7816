"""Refusals of the control API: the value, what is allowed, and the way out."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


class Refusal(Exception):
    """An answer of the control API that is no success; `code` is for programs, the message for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def unknown(what: str, value: object, allowed: Iterable[str], status: int = 422) -> Refusal:
    """Return the refusal of a name that is not known, with the nearest known one."""
    names = sorted(allowed)
    near = get_close_matches(str(value), names, n=1) or [name for name in names if value and str(value) in name]
    hint = f"did you mean {near[0]!r}? " if near else ""
    return Refusal(status, f"unknown_{what}", f"Unknown {what} {value!r}; {hint}Known: {', '.join(names) or 'none as yet'}")


def read_as(kind: type[T], value: Any) -> T:
    """Return a body as a struct; an empty body is an empty object.

    Raises:
        Refusal: a key is unknown, or a value has another type than the struct says.
    """
    value = {} if value is None else value
    if isinstance(value, dict) and issubclass(kind, msgspec.Struct):
        fields = {field.encode_name for field in msgspec.structs.fields(kind)}
        for key in value:
            if key not in fields:
                raise unknown("key", key, fields)
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise Refusal(422, "invalid", f"The body does not fit: {error}") from None
