"""The refusals of Mbanq, in the shape of its family of systems (facts 4.6): codes and texts of the top are the family's, to the letter.

The top says what kind of refusal it is, the entries of `errors` say why. The reason codes of verification are not published.
"""

from typing import Any, NamedTuple

from mockserver.http import Response, answer

SAME_TEXT = "The requested resource is not available."
NO_JSON = "The JSON provided in the body of the request is invalid or missing."


class Reason(NamedTuple):
    """An entry of `errors`: its code, its text, the parameter it is about, and the values of which the text is made."""

    code: str
    text: str
    parameter: str = "id"
    args: tuple[Any, ...] = ()

    def shown(self) -> dict[str, Any]:
        """Return the entry as it is sent."""
        texts = {"developerMessage": self.text, "defaultUserMessage": self.text, "userMessageGlobalisationCode": self.code}
        return {**texts, "parameterName": self.parameter, "value": None, "args": [{"value": each} for each in self.args]}


class Kind(NamedTuple):
    """The top of a refusal."""

    status: int
    code: str
    developer: str
    user: str


INVALID = Kind(
    400,
    "validation.msg.validation.errors.exist",
    "The request was invalid. This typically will happen due to validation errors which are provided.",
    "Validation errors exist.",
)
UNAUTHENTICATED = Kind(
    401,
    "error.msg.not.authenticated",
    "Invalid authentication details were passed in api request.",
    "Unauthenticated. Please login.",
)
NO_SUCH_TENANT = Kind(
    401,
    "error.msg.invalid.tenant.identifier",
    "Invalid tenant details were passed in api request.",
    "Invalid tenant identifier provided with request.",
)
UNAUTHORIZED = Kind(
    403,
    "error.msg.not.authorized",
    "The user associated with credentials passed on this request does not have sufficient privileges to perform this action.",
    "Insufficient privileges to perform this action.",
)
DOMAIN_RULE = Kind(
    403,
    "validation.msg.domain.rule.violation",
    "Request was understood but caused a domain rule violation.",
    "Errors contain reason for domain rule violation.",
)
NOT_FOUND = Kind(404, "error.msg.resource.not.found", SAME_TEXT, SAME_TEXT)
WRONG_METHOD = Kind(405, "error.msg.method.not.allowed", "The method is not for this path.", "The method is not for this path.")
WRONG_TYPE = Kind(415, "error.msg.unsupported.media.type", "The media type is not supported.", "The media type is not supported.")


def refusal(kind: Kind, *reasons: Reason) -> Response:
    """Return a refusal with its reasons; `httpStatusCode` is text."""
    top = {"developerMessage": kind.developer, "httpStatusCode": str(kind.status), "defaultUserMessage": kind.user}
    reported = [reason.shown() for reason in reasons]
    return answer(kind.status, {**top, "userMessageGlobalisationCode": kind.code, "errors": reported})


def unauthorized(permission: str) -> Response:
    """Refuse what the user has no right to."""
    return refusal(UNAUTHORIZED, Reason(UNAUTHORIZED.code, f"User has no authority to: {permission}"))


def client_not_found(number: object) -> Response:
    """Refuse a client that this instance does not have."""
    return refusal(NOT_FOUND, Reason("error.msg.client.id.invalid", f"Client with identifier {number} does not exist", args=(number,)))


def identifier_not_found(number: object) -> Response:
    """Refuse an identity document that the client does not have."""
    text = f"Client Identifier with identifier {number} does not exist"
    return refusal(NOT_FOUND, Reason("error.msg.clientIdentifier.id.invalid", text, args=(number,)))


def no_json() -> Response:
    """Refuse a body that is no JSON object: the entry alone, without a top around it."""
    return answer(400, Reason("error.msg.invalid.request.body", NO_JSON).shown())


def unknown_command(command: str | None, supported: tuple[str, ...]) -> Response:
    """Refuse a command that is not known, or none."""
    text = f"The query parameter command has an unsupported value of: {command}"
    reason = Reason("error.msg.query.parameter.value.unsupported", text, "command", ("command", command, list(supported)))
    return refusal(INVALID, reason)
