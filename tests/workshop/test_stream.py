"""A stream tells what changed, all of it to whoever was away, the same bytes to all alike."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import hypothesis.strategies as st
from hypothesis import given

from dashboard.workshop.stream import EventStream, View, messages

Result = TypeVar("Result")
PARTS = st.dictionaries(st.sampled_from("abcd"), st.text("xy\n\u2028é<", max_size=4), max_size=4)


def _said(message: bytes) -> dict[str, Any]:
    """What a message tells; its form is that of an event."""
    kind, number, data, *end = message.decode().split("\n")
    assert kind == "event: parts" and end == ["", ""]
    said = json.loads(data.removeprefix("data: "))
    assert number == f"id: {said['version']}"
    return dict(said)


@given(st.lists(PARTS, min_size=1), st.lists(st.integers(0, 9), min_size=1))
def test_a_reader_ends_up_with_the_newest_state(
    states: list[dict[str, str]], looks: list[int]
) -> None:
    """Whenever it looks, and however much it missed."""
    view = View()
    shown: dict[str, str] = {}
    sent = -1
    for number, parts in enumerate(states):
        view.update(parts, 1000 + number)
        if number not in looks and number < len(states) - 1:
            continue
        message = view.message(sent)
        if message is not None:
            shown |= _said(message)["parts"]
            sent = view.version
        assert {name: html for name, html in shown.items() if html} == {
            name: html for name, html in parts.items() if html
        }


def test_only_what_changed_is_told_and_alike_readers_get_the_same_bytes() -> None:
    view = View()
    view.update({"a": "1", "b": "1"}, 10)
    view.update({"a": "1", "b": "2"}, 20)
    one, other = view.message(10), view.message(10)
    assert one is other and one is not None and _said(one) == {"version": 20, "parts": {"b": "2"}}
    assert view.message(20) is None
    view.update({"a": "1", "b": "2"}, 30)
    assert view.message(20) is None
    # A version of another server, or of a later one that was lost, is not believed.
    assert view.since(99) == {"a": "1", "b": "2"}


def in_a_loop_of_its_own(work: Coroutine[Any, Any, Result]) -> Result:
    """What `work` gives; in another thread, since a browser's tests leave a loop in this one."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result()


def test_a_stream_begins_with_all_then_tells_changes_then_that_it_is_there() -> None:
    async def read() -> list[bytes]:
        view = View()
        view.update({"a": "1"}, 1)
        stream = messages(view, -1, heartbeat=0.02)
        found = [await anext(stream)]
        view.update({"a": "2"}, 2)
        view.update({"a": "3"}, 3)
        found.append(await anext(stream))
        found.append(await anext(stream))
        await stream.aclose()
        assert not view.readers
        return found

    first, second, third = in_a_loop_of_its_own(read())
    assert _said(first)["parts"] == {"a": "1"} and _said(second)["parts"] == {"a": "3"}
    assert third.startswith(b":")


def test_a_stream_that_is_stopped_as_something_changes_ends() -> None:
    async def stop(turns: int) -> bool:
        view = View()
        view.update({"a": "1"}, 1)

        async def follow() -> None:
            async for _ in messages(view, 1):
                pass

        following = asyncio.create_task(follow())
        await asyncio.sleep(0)
        view.update({"a": "2"}, 2)
        for _ in range(turns):
            await asyncio.sleep(0)
        following.cancel()
        done, _ = await asyncio.wait([following], timeout=1)
        following.cancel()  # the loop would wait for it
        return bool(done)

    assert [in_a_loop_of_its_own(stop(turns)) for turns in range(5)] == [True] * 5


def test_a_reader_that_takes_nothing_holds_no_other() -> None:
    """And is given the newest state at once when it takes something again."""

    async def read() -> tuple[list[bytes], list[bytes]]:
        view = View()
        quick: list[bytes] = []
        slow: list[bytes] = []
        open_ = asyncio.Event()

        async def take(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.body":
                quick.append(message["body"])

        async def take_late(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.body":
                slow.append(message["body"])
                await open_.wait()

        async def stay() -> dict[str, Any]:
            await asyncio.Event().wait()
            raise AssertionError

        until = asyncio.Event()
        closed: list[bool] = []
        view.update({"a": "0"}, 1)
        tasks = [
            asyncio.create_task(
                EventStream(messages(view, -1), until, lambda: closed.append(True))(
                    {"type": "http"},
                    stay,
                    send,  # type: ignore[arg-type]
                )
            )
            for send in (take, take_late)
        ]
        for number in range(2, 50):
            view.update({"a": str(number)}, number)
            await asyncio.sleep(0.001)
        assert len(slow) == 1
        open_.set()
        await asyncio.sleep(0.01)
        until.set()
        await asyncio.gather(*tasks)
        assert closed == [True, True]
        return quick, slow

    quick, slow = in_a_loop_of_its_own(read())
    assert len(quick) > 10 and len(slow) == 3  # the first, the newest, the end
    assert _said(quick[-2])["parts"] == _said(slow[1])["parts"] == {"a": "49"}
