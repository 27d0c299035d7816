"""Request and response as values, and JSON in and out of them."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

import msgspec
from msgspec.structs import replace

JSON_HEADERS: Mapping[str, str] = {"content-type": "application/json"}
ENCODER = msgspec.json.Encoder()


class UnreadableBody(ValueError):
    """The body is no JSON text in UTF-8; the message says where it breaks."""


class Request(msgspec.Struct, frozen=True):
    """One request as it reached a provider.

    `path` lacks the provider's prefix and is percent-decoded, `query` keeps order and repeats, header names are in lower case;
    `names_as_sent` are the names of the headers as the client spelled them, in its order.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = {}
    body: bytes = b""
    names_as_sent: tuple[str, ...] = ()

    def json(self) -> Any:
        """Return the decoded body.

        Raises:
            UnreadableBody: the body is empty, no JSON, no UTF-8, nested beyond reason, or holds half a surrogate pair.
        """
        return decode(self.body)

    def parameter(self, name: str) -> str | None:
        """Return the last value of a query parameter, None if it was not sent."""
        return next((value for key, value in reversed(self.query) if key == name), None)

    def with_json(self, value: object) -> "Request":
        """Return the same request with another body."""
        return replace(self, body=ENCODER.encode(value))

    def with_header(self, name: str, value: str) -> "Request":
        """Return the same request with one header set; `name` in lower case."""
        return replace(self, headers={**self.headers, name: value})


class Response(msgspec.Struct, frozen=True):
    """One answer: status, headers with lower-case names, raw body."""

    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""

    def json(self) -> Any:
        """Return the decoded body; raises `UnreadableBody` like `Request.json`."""
        return decode(self.body)

    def with_json(self, value: object, status: int | None = None) -> "Response":
        """Return the same answer with another body and, if given, another status."""
        return replace(self, body=ENCODER.encode(value), status=self.status if status is None else status)


def answer(status: int, value: object, headers: Mapping[str, str] = JSON_HEADERS) -> Response:
    """Return a JSON answer; `headers` must name the content type."""
    return Response(status, headers, ENCODER.encode(value))


def decode(body: bytes) -> Any:
    """Return what a JSON text says, however large its numbers are.

    Raises:
        UnreadableBody: as `Request.json` tells.
    """
    try:
        return msgspec.json.decode(body)
    except msgspec.ValidationError:
        return _decode_out_of_range(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableBody(str(error)) from None
    except RecursionError:
        raise UnreadableBody("nested too deeply") from None


def _decode_out_of_range(body: bytes) -> Any:
    # 1e400 is good JSON, and it is for the field's rule to refuse it; msgspec gives up on such numbers.
    try:
        value = json.loads(body, parse_constant=_refuse_constant)
        ENCODER.encode(value)
    except (ValueError, RecursionError) as error:
        raise UnreadableBody(str(error)) from None
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
