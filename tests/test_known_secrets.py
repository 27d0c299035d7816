"""Secrets in running text: found wherever they stand, the first and longest where they overlap."""

import re

from hypothesis import given
from hypothesis import strategies as st

from harness.known_secrets import WHOLE_WORDS_BELOW, KnownSecrets

LONG = st.text("ab-", min_size=WHOLE_WORDS_BELOW, max_size=12)


@given(st.lists(LONG, min_size=1, max_size=6), st.text("ab-é", max_size=60), st.data())
def test_what_is_hidden_is_what_an_alternation_longest_first_would_find(words: list[str], text: str, data: st.DataObject) -> None:
    text += "".join(data.draw(st.lists(st.sampled_from([*words, "é", "a"]), max_size=5)))
    known = KnownSecrets()
    for word in words:
        known.add(word, "$X")
    assert known.hidden_in(text) == re.sub("|".join(sorted(map(re.escape, words), key=len, reverse=True)), "$X", text)


def test_a_short_secret_is_hidden_as_a_whole_word_only() -> None:
    known = KnownSecrets()
    known.add("abc", "$PIN")
    assert known.hidden_in("abc abcd (abc) zabc abc") == "$PIN abcd ($PIN) zabc $PIN"


def test_a_secret_learnt_later_is_hidden_too_and_keeps_its_first_name() -> None:
    known = KnownSecrets()
    assert known.hidden_in("nothing known yet") == "nothing known yet"
    known.add("first-secret", "$FIRST")
    assert known.hidden_in("first-secret second-secret") == "$FIRST second-secret"
    known.add("second-secret", "$SECOND")
    known.add("first-secret", "$OTHER")
    assert known.hidden_in("first-secret second-secret") == "$FIRST $SECOND"
