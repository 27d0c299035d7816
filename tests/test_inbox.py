"""The inbox keeps webhooks raw, each at the address it was sent to."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from harness.inbox import Inbox


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    opened = Inbox()
    yield opened
    opened.close()


def post(url: str, content: bytes = b"{}", **headers: str) -> int:
    return httpx.post(url, content=content, headers=headers, trust_env=False).status_code


def test_a_delivery_is_kept_byte_by_byte_with_its_headers(inbox: Inbox) -> None:
    box = inbox.box()
    assert post(box.url, b'{"b": 1,\n "a": 2}', **{"X-Signature": "AbC"}) == 200
    (came,) = box.received
    assert came.body == b'{"b": 1,\n "a": 2}'
    assert came.headers["x-signature"] == "AbC"
    assert came.json == {"a": 2, "b": 1}
    assert abs(came.at - time.monotonic()) < 5


def test_each_listener_has_an_address_of_its_own(inbox: Inbox) -> None:
    first, second = inbox.box(), inbox.box()
    post(first.url)
    assert (len(first.received), len(second.received)) == (1, 0)


def test_an_address_that_nobody_asked_for_is_not_found(inbox: Inbox) -> None:
    box = inbox.box()
    assert post(f"{box.url}x") == 404
    assert box.received == []


def test_a_body_that_is_no_json_is_kept_too(inbox: Inbox) -> None:
    box = inbox.box()
    post(box.url, b"\xff")
    assert box.received[0].json is None


def test_waiting_ends_with_the_delivery_or_with_the_time(inbox: Inbox) -> None:
    box = inbox.box()
    assert not box.wait_for(lambda came: len(came) == 1, seconds=0.05)
    later = threading.Timer(0.05, post, (box.url,))
    later.start()
    assert box.wait_for(lambda came: len(came) == 1, seconds=5)
    later.join()


def test_a_closed_inbox_takes_nothing_more() -> None:
    opened = Inbox()
    box = opened.box()
    opened.close()
    with pytest.raises(httpx.ConnectError):
        post(box.url)
