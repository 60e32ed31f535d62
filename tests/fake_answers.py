"""A fake of the answerer, as small as its seam: it says what it was asked, with one citation."""

from __future__ import annotations

import asyncio

from bot.answers.question import Answer, Question
from bot.commands import Draft
from bot.messages import Citation
from knowledge.text import detect_language


class EchoAnswers:
    """Keeps every question. `raises` is raised instead of answering; `gate` is waited for first."""

    def __init__(self) -> None:
        self.questions: list[Question] = []
        self.raises: Exception | None = None
        self.gate: asyncio.Event | None = None

    async def answer(self, question: Question, on_draft: Draft | None = None) -> Answer:
        self.questions.append(question)
        if self.gate is not None:
            await self.gate.wait()
        if self.raises is not None:
            raise self.raises
        lang = question.lang or detect_language(question.text)
        text = f"{question.text} @ {question.on} [1]"
        if on_draft is not None:
            await on_draft(text[: len(text) // 2])
        return Answer(
            text=text,
            lang=lang,
            outcome="answered",
            citations=(_CITATION,),
            suggestions=("怎么申请？", "什么时候截止？") if lang == "zh" else ("How do I apply?",),
            programme_ids=("wuhan-compute",),
            more="The rest.",
            generation="g1",
            ms=1.5,
        )


_CITATION = Citation(
    number=1,
    title="武汉市算力券实施细则",
    passage="每家企业每年最高20万元。",
    programme_id="wuhan-compute",
    issuer="武汉市经信局",
    doc_no="武经信〔2026〕1号",
    url="https://example.com/notice",
    validity="有效至2027年12月31日",
    seen="2026年11月20日",
    place="武汉市",
)
