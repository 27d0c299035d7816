"""Takes secrets and numbers of identity documents out of everything that a report shows, once, at the door.

What it does not do: names, addresses and e-mails stay, for they are generated and are what a reader has to see.
"""

import json
import math
import re
from collections.abc import Mapping
from urllib.parse import quote

from harness import bodies
from harness.jsontypes import Json
from harness.known_secrets import KnownSecrets
from harness.pseudonyms import Pseudonyms

SECRET_HEADERS = {
    "authorization": "API_KEY",
    "proxy-authorization": "PROXY_KEY",
    "x-api-key": "API_KEY",
    "api-key": "API_KEY",
    "cookie": "COOKIE",
    "set-cookie": "SET_COOKIE",
}
SECRET_KEYS = (
    "access_token",
    "refresh_token",
    "id_token",
    "client_secret",
    "webhook_secret",
    "api_key",
    "password",
    "signature",
)
IDENTITY_KEYS = (
    "document_id",
    "tin",
    "number",
    "ssn",
    "tax_id",
    "tax_number",
    "id_number",
    "identity_number",
    "document_number",
    "passport_number",
    "national_id",
    "taxId",
    "taxIdNumber",
    "idNumber",
    "verifiedIDNumber",
    "bankAccountNumber",
    "bankVerificationNumber",
    "bvn",
)
DEEPEST = 60  # levels of nesting that a report shows; what is sent may be nested until parsers give up

_SECRET_HEADER_NAME = re.compile(r"signature|secret|token|api-?key", re.IGNORECASE)
_SCHEME = re.compile(r"(?P<scheme>(?:bearer|basic|digest|token)\b\s*)(?P<credential>.*)", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\$[A-Z][A-Z0-9_]*")
_SOCIAL_SECURITY = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")
_BEARER = re.compile(r"(?i)\b(?P<scheme>bearer\s+)(?P<credential>(?=[\w.~+/-]*\d)[\w.~+/-]{16,}=*)")
# Begun at the start of a word only: a text of ten million letters would else be searched from each of them to its end.
_PROSE = re.compile(r"(?<![a-z])[a-z]{2,},? [a-z]{2,}")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def _quoted_pair(keys: tuple[str, ...]) -> re.Pattern[str]:
    """`"key": "value"` or `"key": 12` as JSON, as Python's repr, or as JSON inside a string."""
    value = r"(?:(?P=quote)(?P<value>.*?)(?P=quote)|(?P<integer>\d+))"
    return re.compile(rf"(?P<lead>(?P<quote>\\*[\"'])(?P<key>{'|'.join(keys)})(?P=quote)\s*:\s*)" + value)


_SECRET_PAIR = _quoted_pair(SECRET_KEYS)
_IDENTITY_PAIR = _quoted_pair(IDENTITY_KEYS)
_SECRET_PARAMETER = re.compile(rf"\b(?P<key>{'|'.join(SECRET_KEYS)})=(?P<value>[^\s&'\"]+)")
_HEADER_LINE = re.compile(rf"(?i)\b(?P<name>{'|'.join(SECRET_HEADERS)})(?P<colon>[\"']?:\s*[\"']?)(?P<value>[^\"'\n]+)")


class Redactor:
    """Replaces registered secrets by `$NAME`, and what looks like a secret or an identity number by a stand-in.

    `secrets` maps the name of the placeholder to the value. `key` makes the stand-ins of several processes agree.
    """

    def __init__(self, secrets: Mapping[str, str], key: bytes | None = None) -> None:
        self._pseudonyms = Pseudonyms(key)
        self._secrets = KnownSecrets()
        for name, value in secrets.items():
            self.add(name, value)

    @property
    def key(self) -> bytes:
        """The key of the stand-ins, to be given to the processes that report into the same place."""
        return self._pseudonyms.key

    def add(self, name: str, value: str) -> None:
        """Register a secret, also as it looks in a URL and inside JSON. An empty value is no secret."""
        for spelling in filter(None, (value, quote(value, safe=""), json.dumps(value)[1:-1])):
            self._secrets.add(spelling, f"${name}")

    def text(self, text: str) -> str:
        """The text without secrets and identity numbers; harmless on text that is redacted already."""
        # The looks at single characters spare most strings of a body the patterns: a run redacts many thousands.
        text = self._secrets.hidden_in(_writable(text))
        if ":" in text:
            text = _SECRET_PAIR.sub(self._secret_pair, text)
            text = _HEADER_LINE.sub(self._header_line, text)
            text = _IDENTITY_PAIR.sub(self._identity_pair, text)
        if "=" in text:
            text = _SECRET_PARAMETER.sub(lambda found: f"{found['key']}={_placeholder(found['key'], found['value'])}", text)
        if "-" in text:
            text = _SOCIAL_SECURITY.sub(lambda found: self._pseudonyms.of(found[0]), text)
        if " " in text:
            text = _BEARER.sub(lambda found: found["scheme"] + "$API_KEY", text)
        return self._pseudonyms.in_text(text)

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers with placeholders for credentials; the scheme before a credential stays visible."""
        return {name: self._header(name, value) for name, value in headers.items()}

    def body(self, media_type: str | None, content: bytes) -> Json:
        """The body as JSON or text, files as their marks (name, type, size, start of the digest)."""
        return self.value(bodies.shown(media_type, content))

    def value(self, value: Json, key: str = "", depth: int = 0) -> Json:
        """A JSON value without secrets and identity numbers, fit to be written as JSON; `key` is the name it stands under."""
        if depth > DEEPEST:
            return f"<nested more than {DEEPEST} levels>"
        if isinstance(value, dict):
            return {self.text(str(name)): self.value(item, str(name), depth + 1) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(item, key, depth + 1) for item in value]
        if isinstance(value, bytes):
            return bodies.file_mark(value)
        if value is None or isinstance(value, bool | int | float):
            return self._number(value, key)
        return self._string(str(value), key)

    def _number(self, value: Json, key: str) -> Json:
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)
        if isinstance(value, int) and not isinstance(value, bool) and key in IDENTITY_KEYS:
            return self._pseudonyms.of_integer(value)
        return value

    def _string(self, value: str, key: str) -> str:
        # An error may stand under the name of the field that it complains of.
        if key in SECRET_KEYS and not _PROSE.search(value):
            return _placeholder(key, self._secrets.hidden_in(value))
        if key in IDENTITY_KEYS and not _PROSE.search(value):
            return _writable(self._pseudonyms.of(self._secrets.hidden_in(value)))
        return bodies.encoded_file(value) or self.text(bodies.cut(value))

    def _header(self, name: str, value: str) -> str:
        value = self._secrets.hidden_in(value)
        if name.lower() in SECRET_HEADERS or _SECRET_HEADER_NAME.search(name):
            credential = SECRET_HEADERS.get(name.lower(), name)
            scheme = _SCHEME.fullmatch(value.strip())
            if not scheme:
                return _placeholder(credential, value)
            return scheme["scheme"] + _placeholder(credential, scheme["credential"])
        return self.text(value)

    def _header_line(self, found: re.Match[str]) -> str:
        return found["name"] + found["colon"] + self._header(found["name"], found["value"])

    def _secret_pair(self, found: re.Match[str]) -> str:
        value = found["value"] if found["value"] is not None else found["integer"]
        return found["lead"] + found["quote"] + _placeholder(found["key"], value) + found["quote"]

    def _identity_pair(self, found: re.Match[str]) -> str:
        if found["integer"] is not None:
            return found["lead"] + str(self._pseudonyms.of_integer(int(found["integer"])))
        value = found["value"] if _PROSE.search(found["value"]) else self._pseudonyms.of(found["value"])
        return found["lead"] + found["quote"] + value + found["quote"]


def _writable(text: str) -> str:
    """Half a surrogate pair, which UTF-8 cannot carry, spelt out."""
    return text if text.isascii() else _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _placeholder(name: str, value: str) -> str:
    """`$NAME` for a secret; nothing and what already stands for a secret stay."""
    if not value.strip() or _PLACEHOLDER.fullmatch(value):
        return value
    return "$" + re.sub(r"\W+", "_", name).strip("_").upper()
