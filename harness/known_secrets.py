"""The secrets that a run knows, found in any text in one pass however many there are."""

from collections.abc import Iterator

import ahocorasick

# A shorter secret is replaced as a whole word only, or it would eat other words.
WHOLE_WORDS_BELOW = 8


class KnownSecrets:
    """Secrets with the placeholders that stand for them. A run makes a client, and so a secret, every few tests."""

    def __init__(self) -> None:
        self._words = ahocorasick.Automaton()
        self._current = False

    def add(self, secret: str, placeholder: str) -> None:
        """Know a secret, by the placeholder that it was first given."""
        if secret not in self._words:
            self._words.add_word(secret, (len(secret), placeholder))
            self._current = False

    def hidden_in(self, text: str) -> str:
        """The text with placeholders in the place of secrets; where secrets overlap, the first counts, and the longest of those."""
        if not self._words:
            return text
        if not self._current:
            self._words.make_automaton()
            self._current = True
        kept, done = [], 0
        for start, end, placeholder in sorted(self._found_in(text), key=lambda found: (found[0], -found[1])):
            if start >= done:
                kept += [text[done:start], placeholder]
                done = end
        return "".join((*kept, text[done:])) if kept else text

    def _found_in(self, text: str) -> Iterator[tuple[int, int, str]]:
        for last, (length, placeholder) in self._words.iter(text):
            start, end = last + 1 - length, last + 1
            if length >= WHOLE_WORDS_BELOW or not (_in_word(text, start - 1) or _in_word(text, end)):
                yield start, end, placeholder


def _in_word(text: str, index: int) -> bool:
    return 0 <= index < len(text) and text[index].isascii() and text[index].isalnum()
