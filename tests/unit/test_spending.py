"""What calls of models cost is counted for whoever they are made for, also where they never come to an end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from rag.spending import charged_if_cut, metered, spend

SENT = [{"role": "user", "content": "馆内有藏书多少册"}, {"role": "system", "content": "只引原文"}]


async def test_each_of_many_tasks_at_once_is_counted_for_its_own_asker() -> None:
    async def work(tokens: int) -> None:
        await asyncio.sleep(0)
        spend(tokens)

    async def asked(tokens: int) -> int:
        with metered() as meter:
            async with asyncio.TaskGroup() as group:
                group.create_task(work(tokens))
                group.create_task(work(tokens))
        return meter.tokens

    assert await asyncio.gather(*(asked(tokens) for tokens in range(5))) == [0, 2, 4, 6, 8]


def test_where_nobody_counts_nothing_is_kept() -> None:
    spend(5)
    with metered() as meter:
        pass
    assert meter.tokens == 0


async def test_a_stream_nobody_listens_to_any_more_is_counted_by_what_it_read_and_wrote() -> None:
    async def stream() -> AsyncIterator[str]:
        with charged_if_cut(SENT) as cut:
            for piece in ("馆内", "藏书"):
                cut.written += len(piece)
                yield piece

    with metered() as meter:
        pieces = stream()
        async with aclosing(pieces):  # type: ignore[type-var]
            async for _ in pieces:
                break
    assert meter.tokens == 8 + 4 + 2
    with metered() as meter:
        assert [piece async for piece in stream()] == ["馆内", "藏书"]
    assert meter.tokens == 0


@pytest.mark.parametrize(("error", "tokens"), [(asyncio.CancelledError, 12), (ValueError, 0)])
def test_only_what_was_broken_off_is_guessed(error: type[BaseException], tokens: int) -> None:
    with metered() as meter, pytest.raises(error), charged_if_cut(SENT):
        raise error
    assert meter.tokens == tokens
