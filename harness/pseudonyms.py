"""Stand-ins for the numbers of identity and tax documents: the shape stays, the value goes, equal values stay equal."""

import hashlib
import hmac
import re
import secrets
import unicodedata

REMEMBERED = 100_000  # values kept to recognise an echo; the oldest go first, so that a run of days stays small
ECHO_LENGTH = 6  # shorter values are too common as words to be sought in running text

_WORD = re.compile(r"\w[\w./-]*\w")


class Pseudonyms:
    """Maps values to stand-ins by HMAC with a key of this run.

    Two notations of one number (`123-45-6789`, `123456789`) get two notations of one stand-in, so that an edited
    payload still shows what the edit did. A stand-in given once is its own stand-in: redacting twice does no harm.
    """

    def __init__(self, key: bytes | None = None) -> None:
        self.key = key or secrets.token_bytes(32)
        self._known: dict[str, str] = {}

    def of(self, value: str) -> str:
        """The stand-in: each digit another digit, each letter another letter of its case and script, the rest as it is."""
        if value not in self._known:
            self._remember(value, self._disguise(value))
        return self._known[value]

    def of_integer(self, value: int) -> int:
        """The stand-in of a number sent as an integer; it keeps its count of digits and its sign."""
        digits = self.of(str(abs(value)))
        if len(digits) > 1 and digits.startswith("0"):
            digits = "1" + digits[1:]
        return -int(digits) if value < 0 else int(digits)

    def in_text(self, text: str) -> str:
        """Replaces what an answer, a message or a traceback echoes of values seen before."""
        if not self._known or len(text) < ECHO_LENGTH:
            return text
        return _WORD.sub(lambda word: self._echo(word[0]), text)

    def _echo(self, word: str) -> str:
        stand_in = self._known.get(word, word) if len(word) >= ECHO_LENGTH else word
        return stand_in if any(map(str.isdigit, word)) else word

    def _remember(self, value: str, stand_in: str) -> None:
        self._known[value] = stand_in
        self._known[stand_in] = stand_in
        while len(self._known) > REMEMBERED:
            self._known.pop(next(iter(self._known)), None)

    def _disguise(self, value: str) -> str:
        steps = iter(self._stream(value))
        return "".join(_shift(character, next(steps)) if character.isalnum() else character for character in value)

    def _stream(self, value: str) -> bytes:
        bare = "".join(character for character in value if character.isalnum()).casefold()
        seed = hmac.digest(self.key, bare.encode(errors="surrogatepass"), "sha256")
        return hashlib.shake_256(seed).digest(len(value))


def _shift(character: str, step: int) -> str:
    """Another character of the same kind, never the same one (but for kinds that have a single member)."""
    if character.isascii():
        first, size = ("0", 10) if character.isdigit() else ("a", 26) if character.islower() else ("A", 26)
        return _turn(character, first, size, step)
    if character.isdecimal():
        return _turn(character, chr(ord(character) - unicodedata.decimal(character)), 10, step)
    return _neighbour(character, step)


def _turn(character: str, first: str, size: int, step: int) -> str:
    return chr(ord(first) + (ord(character) - ord(first) + 1 + step % (size - 1)) % size)


def _neighbour(character: str, step: int) -> str:
    """A letter of the same category near by in the code charts, where scripts stand together."""
    start = ord(character) & ~0x3F
    category = unicodedata.category(character)
    peers = [chr(point) for point in range(start, start + 0x40) if unicodedata.category(chr(point)) == category]
    others = [peer for peer in peers if peer != character]
    return others[step % len(others)] if others else character
