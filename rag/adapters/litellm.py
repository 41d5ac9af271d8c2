"""Drafts answers and summaries with any model LiteLLM reaches. Drafts are unverified; no model is believed here.

Knows which prompt, which passages and which language; the call itself is ``completions.py``, the reply's shape
``reply.py``, the fence around passages ``fence.py``. A reply in the wrong shape is asked for once more; then it is an
error.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from rag.adapters.completions import Messages
from rag.adapters.ending import Ending
from rag.adapters.fence import Fence, Shown, describe, fit
from rag.adapters.native import native_claims
from rag.adapters.parts import PART_CHARS, blocks, quoted, saves
from rag.adapters.reply import ClaimReply, ClaimStream, Reply, read_claim, read_reply, reply_schema
from rag.adapters.rewriting import Rewriter
from rag.adapters.structured import ATTEMPTS, StructuredModel
from rag.adapters.tiktoken import count_tokens
from rag.errors import ModelOutputError
from rag.models import AbstentionCode, Draft, DraftClaim, Evidence, Fault, Query, Rewriting, Turn, Usage
from rag.prompts import Prompt, load_prompt
from rag.protocols import SummaryRequest
from rag.settings import ModelSettings
from rag.text.script import detect_script

logger = logging.getLogger(__name__)
_STOPS = ("。", "！", "？", "!", "?", "…")

_Claims = tuple[tuple[DraftClaim, ...], AbstentionCode | None]
_SCRIPTS = {"zh-Hans": "simplified", "zh-Hant": "traditional", None: "same"}


@dataclass(frozen=True, slots=True)
class _Task:
    """One request: its prompt and messages, the passages it shows, and the numbers they may be cited by."""

    prompt: Prompt
    messages: Messages
    texts: tuple[str, ...]
    shown: frozenset[int]
    fence: Fence

    def again(self, problem: str) -> Messages:
        """The messages of the second attempt."""
        return self.asking_also("retry", problem=problem).messages

    def asking_also(self, section: str, **variables: str) -> _Task:
        """The task with one more section. One user message still, as some chat templates take no two in a row."""
        *before, last = self.messages
        content = f"{last['content']}\n\n{self.prompt.fragment(section, **variables)}"
        return replace(self, messages=[*before, last | {"content": content}])


class LiteLLMGenerator:
    """A ``Generator`` that also streams and revises, over one model. Use one per event loop."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._structured = StructuredModel(settings)
        self._schema = reply_schema()
        self._rewriter = Rewriter(settings)

    @property
    def model(self) -> str:
        """The LiteLLM id."""
        return self._settings.name

    async def answer(self, query: Query, evidence: Sequence[Evidence]) -> Draft:
        """Draft an answer from the evidence, or decline.

        Raises:
            ModelUnavailableError: the model cannot be reached, or refused; says which, where, and what to do.
            ModelOutputError: it replied twice in a shape that was not asked for.
        """
        if not evidence:
            return Draft((), self.model, "no_evidence")
        return await self._drafted(self._answer_task(query, evidence))

    async def rewrite(self, question: str, history: Sequence[Turn]) -> Rewriting:
        """The question made to stand alone; errors as for ``answer``."""
        return await self._rewriter.rewrite(question, history)

    async def summarise(self, request: SummaryRequest) -> Draft:
        """Draft a summary of one article; claims that would exceed the length asked for are left off, and logged.

        An article longer than the model's context is read in parts, then as what was quoted from them.

        Raises:
            ModelUnavailableError: as for ``answer``.
            ModelOutputError: as for ``answer``, or not even the first claim keeps to the length, or what was quoted
                from the parts is hardly shorter than they are.
        """
        if not request.article.text.strip():
            return Draft((), self.model, "not_stated")
        (drafted, abstain), ending, label = await self._summarised(request)
        claims = [_about_the_whole(claim) for claim in drafted]
        kept = _within(claims, request.max_chars)
        if claims and not kept:
            raise ModelOutputError(
                f"{self.model}: the first claim of the summary has {len(claims[0].text)} characters, allowed are "
                f"{request.max_chars}"
            )
        if len(kept) < len(claims):
            logger.warning(
                "%s: %d of %d claims left off to keep the length", self.model, len(claims) - len(kept), len(claims)
            )
        return Draft(tuple(kept), ending.model, abstain, ending.usage, label)

    async def opening(self, evidence: Sequence[Evidence], max_chars: int) -> Draft:
        """Draft the paragraph a digest opens with; claims that would exceed the length are left off.

        Raises:
            ModelUnavailableError, ModelOutputError: as for ``answer``.
        """
        texts = [describe(found.article, found.passage.text) for found in evidence]
        script = detect_script("".join(found.passage.text for found in evidence))
        task = self._task(load_prompt("digest"), texts, _SCRIPTS[script], {"max_chars": str(max_chars)})
        drafted = await self._drafted(task)
        return replace(drafted, claims=tuple(_within(drafted.claims, max_chars)))

    async def revise(self, query: Query, evidence: Sequence[Evidence], faults: Sequence[Fault]) -> Draft:
        """Draft once more only what failed its check, told why; what cannot be supported is to be left out.

        Raises:
            ModelUnavailableError, ModelOutputError: as for ``answer``.
        """
        task = self._answer_task(query, evidence)
        listed = "\n".join(f"- {fault.claim}（{fault.reason}）" for fault in faults)
        # Claims are made of the pages' words, an order's too: they go back fenced like the pages.
        return await self._drafted(task.asking_also("revise", faults=task.fence.around("陈述", listed)))

    async def stream_answer(self, query: Query, evidence: Sequence[Evidence]) -> AsyncIterator[Draft]:
        """Drafts of one claim each as they arrive, then a last one without claims that carries usage and abstention.

        A reply in the wrong shape is asked for once more only while no claim has left.

        Raises:
            ModelUnavailableError: as for ``answer``.
            ModelOutputError: as for ``answer``, or the stream broke off after a claim had left.
        """
        if not evidence:
            yield Draft((), self.model, "no_evidence")
            return
        task = self._answer_task(query, evidence)
        messages, usage, problem = task.messages, Usage(), ""
        for _ in range(ATTEMPTS):
            stream, sent, ending = ClaimStream(), list[ClaimReply](), Ending(Usage(), None)
            try:
                async with aclosing(self._structured.remote.stream(messages, self._schema)) as pieces:
                    async for piece in pieces:
                        if isinstance(piece, Ending):
                            ending = piece
                            continue
                        for text in stream.feed(piece):
                            sent.append(read_claim(text, task.shown))
                            yield Draft((sent[-1].draft(),), self.model)
                usage = usage + ending.usage
                reply = _whole(stream.text, ending, task)
                if reply.claims != sent:
                    raise ValueError("reply: names its claims more than once")
            except ValueError as error:
                problem = str(error)
                if sent:
                    break  # what has left cannot be taken back by a second attempt
                messages = task.again(problem)
            else:
                yield Draft((), ending.model, reply.abstain, usage, task.prompt.label)
                return
        raise ModelOutputError(f"{self.model}: {problem}")

    async def _drafted(self, task: _Task) -> Draft:
        (claims, abstain), ending = await self._ask(task)
        return Draft(claims, ending.model, abstain, ending.usage, task.prompt.label)

    def _answer_task(self, query: Query, evidence: Sequence[Evidence]) -> _Task:
        texts = [describe(found.article, found.passage.text) for found in evidence]
        script = detect_script(query.text) or detect_script(query.standalone)
        task = self._task(load_prompt("answer"), texts, _SCRIPTS[script], {"question": query.standalone})
        if len(task.shown) < len(texts):
            tokens = self._settings.context_tokens
            logger.warning("%d of %d passages shown: the model takes %d tokens", len(task.shown), len(texts), tokens)
        return task

    async def _summarised(self, request: SummaryRequest) -> tuple[_Claims, Ending, str]:
        """Claims on the whole article, the ending with what all calls cost, and the prompt."""
        usage, passages = Usage(), blocks(request.article.text)
        while True:
            task = self._summary_task(request, passages)
            if len(task.shown) == len(passages):
                claims, ending = await self._ask(task)
                return claims, replace(ending, usage=usage + ending.usage), task.prompt.label
            read = await self._read_parts(request, passages)
            usage += read.usage
            found = quoted(request.article.text, read.claims)
            if not found:
                return ((), "not_stated"), Ending(usage, None, read.model), task.prompt.label
            if not saves(passages, found):
                raise ModelOutputError(
                    f"{self.model}: the quotes from an article of {len(request.article.text)} characters are no "
                    "shorter than its parts; raise GAZETTE_MODEL__CONTEXT_TOKENS"
                )
            passages = found

    async def _read_parts(self, request: SummaryRequest, passages: Sequence[str]) -> Draft:
        """What a model finds worth telling in each stretch that its context holds, one after the other."""
        part = replace(request, style="brief", max_chars=PART_CHARS)
        rest, claims, usage, model = list(passages), list[DraftClaim](), Usage(), self.model
        while rest:
            task = self._summary_task(part, rest).asking_also("part")
            (drafted, _), ending = await self._ask(task)
            claims, usage, model = claims + list(drafted), usage + ending.usage, ending.model
            rest = rest[len(task.shown) :]
        logger.info("%s: an article of %d blocks read in parts", self.model, len(passages))
        return Draft(tuple(claims), model, None, usage)

    def _summary_task(self, request: SummaryRequest, passages: Sequence[str]) -> _Task:
        prompt, article = load_prompt("summarise"), request.article
        style = {"style": prompt.fragment(request.style), "max_chars": str(request.max_chars)}
        first, *rest = passages
        texts = [describe(article, first), *rest]
        return self._task(prompt, texts, _SCRIPTS[detect_script(article.text)], style)

    def _task(self, prompt: Prompt, texts: Sequence[str], language: str, variables: Mapping[str, str]) -> _Task:
        fence = Fence()

        def messages(passages: str) -> Messages:
            return prompt.render(passages=passages, fence=fence.mark, language=prompt.fragment(language), **variables)

        shown: Shown = fit(
            texts,
            fence,
            fixed_tokens=sum(count_tokens([message["content"] for message in messages("")])),
            context_tokens=self._settings.context_tokens,
            reply_tokens=self._settings.max_output_tokens,
            count_tokens=count_tokens,
        )
        return _Task(prompt, messages(shown.text), tuple(texts), shown.numbers, fence)

    async def _ask(self, task: _Task) -> tuple[_Claims, Ending]:
        """What was claimed; and the ending of the reply, with what all attempts cost."""
        return await self._structured.read(
            task.messages, self._schema, lambda text, ending: _claims(text, ending, task), task.again
        )


def _claims(text: str, ending: Ending, task: _Task) -> _Claims:
    """What a whole reply claims; by its provider's citations where it has those instead of the JSON asked for."""
    if ending.cited and not text.lstrip().startswith(("{", "```")):
        return native_claims(ending.cited, task.texts), None
    reply = _whole(text, ending, task)
    return tuple(claim.draft() for claim in reply.claims), reply.abstain


def _whole(text: str, ending: Ending, task: _Task) -> Reply:
    if ending.problem:
        raise ValueError(ending.problem)
    return read_reply(text, task.shown)


def _about_the_whole(claim: DraftClaim) -> DraftClaim:
    """The article is shown in blocks, but is one piece of evidence."""
    return replace(claim, pointers=tuple(replace(pointer, evidence=0) for pointer in claim.pointers))


def _within(claims: Sequence[DraftClaim], max_chars: int) -> list[DraftClaim]:
    """The leading claims whose texts, with a full stop between any two, have at most ``max_chars`` characters."""
    kept: list[DraftClaim] = []
    used = 0
    for claim in claims:
        if used + len(claim.text) > max_chars:
            break
        kept.append(claim)
        used += len(claim.text) + (not claim.text.endswith(_STOPS))
    return kept
