"""The laws of a model. Subclass ``ModelContract`` and give it a fixture ``model``."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from steep.errors import AdapterError, ModelError
from steep.kinds import AdapterRef, Ask, Piece, Scored
from steep.values import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from steep.kinds import Model

__all__ = ["ODD", "ModelContract", "asks", "replies"]

ODD = (
    "",
    " \n",
    "\x00",
    "a\u0301\u0327",
    "\u202eابجد",
    "九時に閉まりますか",
    "🜁👩‍👩‍👧" * 3,
    "<|im_end|></s>[SEP]",
    "why " * 100,
)


def asks(max_tokens: int = 8) -> tuple[Ask, ...]:
    """Requests of several sorts: short and long, with rules, with earlier turns, drawn with a seed."""
    plain = Ask(messages=(Message(role="user", content="What does hall B cost?"),), max_tokens=max_tokens)
    rules = Message(role="system", content="Answer like a harbour master, in few words.")
    earlier = (Message(role="user", content="Which halls are there?"), Message(role="assistant", content="A and B."))
    return (
        plain,
        replace(plain, messages=(rules, *plain.messages)),
        replace(plain, messages=(rules, *earlier, *plain.messages), max_tokens=max_tokens // 2),
        replace(plain, temperature=0.8, seed=3),
    )


def replies(pieces: Iterable[Piece], count: int) -> list[tuple[str, Piece]]:
    """What each request of a batch was answered: the joined text, and the last piece."""
    texts, ends = [""] * count, [Piece()] * count
    for piece in pieces:
        assert not ends[piece.ask].end, "nothing comes after the last piece of a reply"
        texts[piece.ask] += piece.text
        if piece.end:
            ends[piece.ask] = piece
    assert all(each.end for each in ends), "every reply has a last piece, which says why it ended"
    return list(zip(texts, ends, strict=True))


def alone(model: Model, batch: Sequence[Ask]) -> list[tuple[str, Piece]]:
    """The same requests, each in a call of its own."""
    return [
        (text, replace(end, ask=number))
        for number, ask in enumerate(batch)
        for text, end in replies(model.chat([ask]), 1)
    ]


def same(one: list[tuple[str, Piece]], other: list[tuple[str, Piece]]) -> bool:
    """Whether replies are equal, the sums of log-probabilities within what the order of adding changes."""

    def close(a: float | None, b: float | None) -> bool:
        return a == b if a is None or b is None else abs(a - b) <= 1e-3 * max(1.0, abs(a))

    return all(
        text == text_too
        and close(end.log_probability, end_too.log_probability)
        and replace(end, text="", log_probability=None) == replace(end_too, text="", log_probability=None)
        for (text, end), (text_too, end_too) in zip(one, other, strict=True)
    )


class ModelContract:
    """Override the fixture ``model``. Each test is a law that generators, flows and the server rely on."""

    @pytest.fixture
    def model(self) -> Model:
        raise NotImplementedError("override the fixture `model` to return yours")

    def test_it_is_named_by_a_digest_and_knows_its_context(self, model: Model) -> None:
        assert model.digest.strip()
        assert model.digest == model.digest, "the digest keys caches, so it must not change"
        assert model.context > 0

    def test_nothing_asked_is_nothing_said(self, model: Model) -> None:
        assert list(model.chat([])) == []

    def test_pieces_join_to_one_reply_a_request_which_says_why_it_ended(self, model: Model) -> None:
        batch = asks()
        for ask, (_, end) in zip(batch, replies(model.chat(batch), len(batch)), strict=True):
            assert end.end in ("stop", "length", "tool_calls")
            assert 0 <= end.tokens <= ask.max_tokens
            assert end.log_probability is None or end.log_probability <= 1e-6

    def test_a_batch_is_answered_as_each_request_alone(self, model: Model) -> None:
        batch = asks()
        assert same(replies(model.chat(batch), len(batch)), alone(model, batch))

    def test_the_same_request_gets_the_same_reply(self, model: Model) -> None:
        for ask in asks():
            assert same(replies(model.chat([ask]), 1), replies(model.chat([ask]), 1))

    def test_threads_get_what_one_thread_gets(self, model: Model) -> None:
        batch = asks()
        expected = [[each] for each in alone(model, [replace(ask) for ask in batch])]
        with ThreadPoolExecutor(max_workers=4) as pool:
            found = list(pool.map(lambda ask: replies(model.chat([ask]), 1), batch * 2))
        for one, two in zip(found, expected * 2, strict=True):
            assert same(one, [(text, replace(end, ask=0)) for text, end in two])

    def test_closing_stops_and_the_next_request_is_answered_as_before(self, model: Model) -> None:
        ask = replace(asks()[0], max_tokens=24)
        expected = replies(model.chat([ask]), 1)
        begun = model.chat([ask])
        next(begun)
        begun.close()  # type: ignore[attr-defined]  # iterators of models are generators, or can be closed like them
        assert list(begun) == []
        assert same(replies(model.chat([ask]), 1), expected)

    def test_a_stop_text_ends_the_reply_before_it(self, model: Model) -> None:
        ask = replace(asks()[0], max_tokens=24)
        ((whole, _),) = replies(model.chat([ask]), 1)
        if len(whole) < 3:
            pytest.skip("the reply is too short to stop in it")
        stop = whole[len(whole) // 2 :][:3]
        ((text, end),) = replies(model.chat([replace(ask, stop=("never said", stop))]), 1)
        assert text == whole[: whole.index(stop)]
        assert end.end == "stop"

    @pytest.mark.parametrize("content", ODD)
    def test_odd_messages_get_a_reply(self, model: Model, content: str) -> None:
        ((text, _),) = replies(model.chat([Ask(messages=(Message(role="user", content=content),), max_tokens=4)]), 1)
        text.encode("utf-8")

    def test_a_written_reply_is_at_least_as_likely_as_others(self, model: Model) -> None:
        ask = replace(asks()[0], max_tokens=6)
        ((text, end),) = replies(model.chat([ask]), 1)
        try:
            found = model.score([Scored(messages=ask.messages, reply=each) for each in (text, "Xq", text + " Xq zz")])
        except ModelError:  # a model that cannot weigh says so
            return
        assert all(score <= 1e-6 for score in found)
        assert found[0] > found[2], "a reply with odd words behind it is less likely"
        if end.end == "stop" and end.log_probability is not None:
            assert found[0] == pytest.approx(end.log_probability, rel=0.02, abs=0.05)

    def test_scores_of_many_are_those_of_each(self, model: Model) -> None:
        messages = asks()[1].messages
        wanted = [Scored(messages=messages, reply=each) for each in ("12 EUR a day.", "No.", "九時", "")]
        wanted.append(Scored(messages=asks()[0].messages, reply="No."))
        try:
            together = model.score(wanted)
        except ModelError:
            return
        assert together == pytest.approx([model.score([each])[0] for each in wanted], rel=1e-2, abs=1e-2)

    def test_a_folder_without_an_adapter_is_refused(self, model: Model, tmp_path: Path) -> None:
        ask = replace(asks()[0], adapter=AdapterRef(version="none", folder=tmp_path))
        with pytest.raises((AdapterError, ModelError), match="none"):
            list(model.chat([ask]))
