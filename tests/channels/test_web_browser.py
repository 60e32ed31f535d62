"""The chat page in a real Chromium: what a founder does with it, by touch, keyboard and no script.

Every test fails on a console message, a script error, a request to elsewhere or a breach of the
Content-Security-Policy.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from bot.locale import text
from tests.channels.web_site import Parts, sample_answer, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")
expect.set_options(timeout=5000)

QUESTION = "示例市的算力券最高多少？"
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "locale": "zh-CN",
    "reduced_motion": "reduce",
}
TOUCH = {"has_touch": True, "is_mobile": True}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
)


def chromium_path() -> str:
    found = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if not found:
        pytest.skip("Chromium is not installed; `make test` installs it")
    return found


@dataclass
class Lab:
    """One Chromium and one site (under a path prefix) for all tests of this module."""

    chromium: Browser
    origin: str
    home: str
    parts: Parts
    complaints: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def context(self, **options: Any) -> AsyncIterator[BrowserContext]:
        context = await self.chromium.new_context(**{**PHONE, **options})
        context.set_default_timeout(5000)
        context.on("page", self._listen)
        yield context
        await context.close()

    def _listen(self, page: Page) -> None:
        page.on("console", lambda m: self.complaints.append(f"console: {m.text}"))
        page.on("pageerror", lambda e: self.complaints.append(f"error: {e}"))
        page.on("dialog", lambda d: self.complaints.append(f"dialog: {d.message}"))
        page.on(
            "request",
            lambda r: r.url.startswith(self.origin) or self.complaints.append(f"left: {r.url}"),
        )


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def module_lab(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    path = chromium_path()
    async with AsyncExitStack() as stack:
        folder = tmp_path_factory.mktemp("web")
        origin, parts = await stack.enter_async_context(serving(folder, path_prefix="/opc"))
        playwright = await stack.enter_async_context(async_playwright())
        chromium = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield Lab(chromium, origin, f"{origin}/opc/", parts)
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="module")
async def lab(module_lab: Lab) -> AsyncIterator[Lab]:
    module_lab.complaints.clear()
    answers = module_lab.parts.answers
    answers.by_phrase, answers.drafts, answers.release = {}, (), asyncio.Event()
    module_lab.parts.health["status"] = "ok"
    yield module_lab
    assert module_lab.complaints == []


@pytest_asyncio.fixture(loop_scope="module")
async def page(lab: Lab) -> AsyncIterator[Page]:
    """The chat on a desktop with a keyboard, at a phone's width."""
    async with lab.context() as context:
        page = await context.new_page()
        await page.goto(lab.home)
        yield page


async def ask(page: Page, question: str = QUESTION) -> None:
    """Type a question, send it with Enter and wait for its answer."""
    before = await page.locator(".rating").count()
    await page.locator("#question").fill(question)
    await page.keyboard.press("Enter")
    await expect(page.locator(".rating")).to_have_count(before + 1)


async def test_a_question_is_answered_and_its_source_unfolds(page: Page) -> None:
    await ask(page)
    await expect(page.locator(".lead")).to_contain_text("每年最高20万元")
    await expect(page.locator(".question")).to_have_text(f"您问： {QUESTION}")
    passage = page.locator("blockquote").first
    await expect(passage).not_to_be_visible()
    await page.locator(".lead .mark").click()
    await expect(passage).to_be_visible()
    await expect(page.locator(".unfolded").first).to_contain_text("示例市工业和信息化局")
    link = page.locator(".out").first
    assert await link.get_attribute("href") == "https://example.com/compute"
    assert "noopener" in str(await link.get_attribute("rel"))
    await expect(page.locator("#question")).to_have_value("")


async def test_a_mark_unfolds_a_source_of_a_folded_list(lab: Lab, page: Page) -> None:
    sample = sample_answer("zh")
    many = tuple(replace(sample.citations[0], number=n) for n in range(1, 10))
    lab.parts.answers.by_phrase["很多"] = replace(sample, citations=many, text="很多[9]")
    await ask(page, "很多")
    await page.locator(".lead .mark").click()
    await expect(page.locator("blockquote").last).to_be_visible()


async def test_the_state_and_the_drafts_are_seen_before_the_answer(lab: Lab, page: Page) -> None:
    lab.parts.answers.drafts = ("每年最高",)
    await page.locator("#question").fill("slow 问题")
    await page.keyboard.press("Enter")
    await expect(page.locator(".pending .question")).to_have_text("slow 问题")
    await expect(page.locator(".looking")).to_contain_text(text("web.looking", "zh"))
    await expect(page.locator(".draft")).to_have_text("每年最高")
    await expect(page.locator("#log")).to_have_attribute("aria-busy", "true")
    await page.locator("#question").fill("下一个问题")
    await page.keyboard.press("Enter")
    await expect(page.locator("#problem")).to_have_text(text("web.busy", "zh"))
    lab.parts.answers.release.set()
    await expect(page.locator(".rating")).to_have_count(1)
    await expect(page.locator("#question")).to_have_value("下一个问题")
    assert await page.locator("#log").get_attribute("aria-busy") is None


async def test_a_suggestion_is_asked_and_then_gone(page: Page) -> None:
    await ask(page)
    await page.locator(".next button", has_text="需要哪些材料？").click()
    await expect(page.locator(".rating")).to_have_count(2)
    await expect(page.locator(".question").last).to_contain_text("需要哪些材料？")
    await expect(page.locator(".next")).to_have_count(1)


async def test_a_thumb_down_asks_for_the_reason(page: Page) -> None:
    await ask(page)
    await page.locator(".thumb.down").click()
    await page.locator(".rating button", has_text=text("feedback.old", "zh")).click()
    await expect(page.locator(".rating [role=status]")).to_have_text(text("web.noted", "zh"))
    await expect(page.locator(".thumb.down")).to_have_attribute("aria-pressed", "true")
    await page.reload()
    await expect(page.locator(".rating [role=status]")).to_have_text(text("web.noted", "zh"))


async def test_a_reload_keeps_the_conversation_and_what_is_typed(page: Page) -> None:
    await ask(page)
    await page.locator("#question").fill("还没发出的话")
    await page.reload()
    await expect(page.locator(".question")).to_contain_text(QUESTION)
    await expect(page.locator("#question")).to_have_value("还没发出的话")


async def test_a_new_conversation_is_empty(page: Page) -> None:
    await expect(page.locator("#new")).to_be_hidden()
    await ask(page)
    await page.locator("#new button").click()
    await expect(page.locator("#welcome")).to_be_visible()
    await expect(page.locator(".exchange")).to_have_count(0)


async def test_the_language_is_switched_and_remembered(lab: Lab, page: Page) -> None:
    await page.locator("a.language").click()
    await expect(page.locator("#welcome h2")).to_have_text(text("web.welcome", "en"))
    await page.goto(lab.home)
    assert await page.locator("html").get_attribute("lang") == "en"
    await page.locator("#welcome button").first.click()
    await expect(page.locator(".lead")).to_contain_text("Up to CNY 200,000")


async def test_the_day_is_set_shown_and_taken_back(lab: Lab, page: Page) -> None:
    await page.locator(".day summary").click()
    await page.locator("#on").fill("2026-03-01")
    await page.locator(".card button").click()
    await expect(page.locator(".band")).to_contain_text("2026年3月1日")
    await ask(page)
    assert str(lab.parts.answers.asked[-1].on) == "2026-03-01"
    await page.locator(".band button").click()
    await expect(page.locator(".band")).to_have_count(0)


async def test_it_works_by_keyboard_alone(page: Page) -> None:
    press = page.keyboard.press
    await expect(page.locator("#question")).to_be_focused()
    await page.keyboard.type("算力券")
    await press("Shift+Enter")
    await page.keyboard.type("最高多少？")
    await expect(page.locator("#question")).to_have_value("算力券\n最高多少？")
    await press("Enter")
    await expect(page.locator(".rating")).to_have_count(1)
    await page.locator(".lead .mark").focus()
    await press("Enter")
    await expect(page.locator(".source").first).to_have_attribute("open", "")
    await expect(page.locator(".source summary").first).to_be_focused()
    for _ in range(3):  # the link, the second source, thumb up
        await press("Tab")
    await expect(page.locator(".thumb.up")).to_be_focused()
    await press("Tab")
    await press("Space")
    await expect(page.locator(".rating fieldset button").first).to_be_focused()
    await press("Enter")
    await expect(page.locator(".rating [role=status]")).to_be_visible()
    await page.locator(".next button").first.focus()
    await press("Enter")
    await expect(page.locator(".rating")).to_have_count(2)
    await expect(page.locator(".exchange").last).to_be_focused()


async def test_the_first_tab_stop_skips_to_the_question(lab: Lab) -> None:
    async with lab.context(java_script_enabled=False) as context:
        page = await context.new_page()
        await page.goto(lab.home)
        await page.keyboard.press("Tab")
        await expect(page.locator(".skip")).to_be_focused()
        await expect(page.locator(".skip")).to_be_in_viewport()
        await page.keyboard.press("Enter")
        await page.keyboard.type("x")
        await expect(page.locator("#question")).to_have_value("x")


async def test_enter_while_composing_does_not_send(lab: Lab, page: Page) -> None:
    asked = len(lab.parts.answers.asked)
    field = page.locator("#question")
    await field.fill("suanli")
    await field.dispatch_event("compositionstart")
    await page.keyboard.press("Enter")
    await field.dispatch_event("compositionend")
    await expect(page.locator(".exchange")).to_have_count(0)
    assert len(lab.parts.answers.asked) == asked
    await page.keyboard.press("Enter")
    await expect(page.locator(".rating")).to_have_count(1)


async def test_the_counter_appears_near_the_limit_and_stops_what_is_too_long(page: Page) -> None:
    await page.locator("#question").fill("字" * 1700)
    await expect(page.locator("#counter")).to_be_hidden()
    await page.locator("#question").fill("字" * 2001)
    await expect(page.locator("#counter")).to_have_text("2001 / 2000")
    await page.keyboard.press("Enter")
    await expect(page.locator(".exchange")).to_have_count(0)
    assert len(await page.locator("#question").input_value()) == 2001


async def test_without_scripts_everything_works(lab: Lab) -> None:
    async with lab.context(java_script_enabled=False) as context:
        page = await context.new_page()
        await page.goto(lab.home)
        await page.locator("#question").fill(QUESTION)
        await page.locator(".send").click()
        await expect(page.locator(".lead")).to_contain_text("每年最高20万元")
        await page.locator(".lead .mark").click()
        await expect(page.locator("blockquote").first).to_be_visible()
        await page.locator(".thumb.down").click()
        await page.locator(".rating button", has_text=text("feedback.old", "zh")).click()
        await expect(page.locator(".rating [role=status]")).to_be_visible()
        await page.locator(".next button").first.click()
        await expect(page.locator(".rating")).to_have_count(2)
        await page.locator("#question").fill("😀")
        await page.locator(".send").click()
        await expect(page.locator("#problem")).to_be_visible()
        await expect(page.locator("#question")).to_have_value("😀")
    assert all("status of 400" in complaint for complaint in lab.complaints)
    lab.complaints.clear()


EVIL = (
    "<img src=x onerror=alert(1)><svg/onload=alert(2)><script>alert(3)</script>"
    "[x](javascript:alert(4)) **b** </textarea><a href=javascript:alert(5)>y</a>"
)


async def test_markup_in_questions_and_answers_is_only_text(lab: Lab, page: Page) -> None:
    sample = sample_answer("en")
    source = replace(sample.citations[0], title=EVIL, passage=EVIL, url="javascript:alert(6)")
    lab.parts.answers.drafts = (EVIL,)
    lab.parts.answers.by_phrase["onerror"] = replace(
        sample, text=f"{EVIL} [1]", more=EVIL, citations=(source,), suggestions=(EVIL,)
    )
    await ask(page, EVIL)
    for _ in range(2):  # as inserted by the script, then as part of the page
        await expect(page.locator(".question")).to_contain_text(EVIL)
        await expect(page.locator(".long")).to_contain_text(EVIL)
        assert await page.locator("#log img, #log script, #log svg[onload]").count() == 0
        assert await page.locator("a[href^=javascript]").count() == 0
        await page.reload()
    await page.locator(".next button").click()
    await expect(page.locator(".rating")).to_have_count(2)


async def test_a_lost_connection_gives_the_text_back(lab: Lab, page: Page) -> None:
    await page.context.set_offline(True)
    await page.locator("#question").fill(QUESTION)
    await page.keyboard.press("Enter")
    await expect(page.locator("#problem")).to_have_text(text("web.offline", "zh"))
    await expect(page.locator("#question")).to_have_value(QUESTION)
    await expect(page.locator("#welcome")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.locator("#problem")).to_be_hidden()
    await page.keyboard.press("Enter")
    await expect(page.locator(".rating")).to_have_count(1)
    offline = [c for c in lab.complaints if "ERR_INTERNET_DISCONNECTED" in c]
    assert lab.complaints == offline
    lab.complaints.clear()


async def test_an_answer_cut_off_by_a_restart_gives_the_text_back(page: Page) -> None:
    cut = 'event: state\ndata: {"text": "…"}\n\n'
    await page.route(
        "**/ask", lambda r: r.fulfill(content_type="text/event-stream", body=cut), times=1
    )
    await page.locator("#question").fill(QUESTION)
    await page.keyboard.press("Enter")
    await expect(page.locator("#problem")).to_have_text(text("web.lost", "zh"))
    await expect(page.locator("#question")).to_have_value(QUESTION)
    await page.keyboard.press("Enter")
    await expect(page.locator(".rating")).to_have_count(1)


async def test_a_server_error_gives_the_text_back(lab: Lab, page: Page) -> None:
    lab.parts.answers.by_phrase["坏"] = RuntimeError("a bug")
    await page.locator("#question").fill("坏了吗")
    await page.keyboard.press("Enter")
    await expect(page.locator("#problem")).to_have_text(text("error.unexpected", "zh"))
    await expect(page.locator("#question")).to_have_value("坏了吗")


async def test_the_loading_note_goes_when_the_library_is_there(lab: Lab, page: Page) -> None:
    lab.parts.health["status"] = "starting"
    await page.reload()
    await expect(page.locator("#status")).to_have_text(text("web.status.starting", "zh"))
    lab.parts.health["status"] = "ok"
    await expect(page.locator("#status")).to_have_count(0)
    # The browser tells of each /healthz that answered 503 meanwhile, if the page asked in time.
    assert all("status of 503" in complaint for complaint in lab.complaints)
    lab.complaints.clear()


async def test_a_phone_needs_no_sideways_scrolling_and_targets_are_large(lab: Lab) -> None:
    for lang in ("zh-CN", "en-US"):
        async with lab.context(locale=lang, **TOUCH) as context:
            page = await context.new_page()
            await page.goto(lab.home)
            await page.locator("#welcome button").first.tap()
            await expect(page.locator(".rating")).to_have_count(1)
            await page.locator(".thumb.down").tap()
            await expect(page.locator(".rating fieldset")).to_be_visible()
            wide = await page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide == 0
            small = await page.evaluate(SMALL_TARGETS)
            assert small == []


SMALL_TARGETS = """() => [...document.querySelectorAll(
    'button, summary, header a, .chip, input, textarea')]
  .filter((e) => e.checkVisibility() && !e.closest('.small-print'))
  .map((e) => [e.className || e.tagName, e.getBoundingClientRect()])
  .filter(([, r]) => r.width && (r.height < 43.5 || r.width < 43.5))
  .map(([n, r]) => `${n} ${r.width}x${r.height}`)"""


async def test_text_stands_out_in_light_and_dark(lab: Lab) -> None:
    papers = set()
    for scheme in ("light", "dark"):
        async with lab.context(color_scheme=scheme) as context:
            page = await context.new_page()
            await page.goto(lab.home)
            await ask(page)
            await page.locator(".source summary").first.click()
            papers.add(
                await page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
            )
            assert await page.evaluate(LOW_CONTRAST) == []
    assert len(papers) == 2


LOW_CONTRAST = """() => {
  const light = (c) => c.map((v) => v / 255).map((v) =>
    v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const parse = (s) => s.match(/[\\d.]+/g).map(Number);
  const paper = (e) => {
    for (; e; e = e.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(e).backgroundColor);
      if (a > 0) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility()
    && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
  return texts.map((e) => {
    const [a, b] = [light(parse(getComputedStyle(e).color).slice(0, 3)), light(paper(e))];
    return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), e.className || e.tagName];
  }).filter(([ratio]) => ratio < 4.5).map(String);
}"""


async def test_a_screen_reader_gets_names_and_a_log(page: Page) -> None:
    await ask(page)
    await expect(page.get_by_role("log", name=text("web.log", "zh"))).to_be_visible()
    await expect(page.get_by_role("textbox", name=text("web.question", "zh"))).to_be_visible()
    await expect(page.get_by_role("button", name=text("web.up", "zh"))).to_be_visible()
    await expect(page.get_by_role("link", name="出处 1")).to_have_count(2)
    unnamed = await page.evaluate(
        "[...document.querySelectorAll('button, a, input, textarea')]"
        ".filter((e) => !(e.textContent.trim() || e.ariaLabel || e.labels?.length))"
        ".map((e) => e.outerHTML)"
    )
    assert unnamed == []
    duplicate = await page.evaluate(
        "[...document.querySelectorAll('[id]')].map((e) => e.id)"
        ".filter((id, n, all) => all.indexOf(id) !== n)"
    )
    assert duplicate == []


async def test_the_policy_is_strict_enough_to_stop_an_injected_script(lab: Lab, page: Page) -> None:
    await page.evaluate(
        "() => { const s = document.createElement('script');"
        " s.textContent = 'document.title = \"taken\"'; document.body.append(s); }"
    )
    assert await page.title() != "taken"
    assert re.search("Content Security Policy", " ".join(lab.complaints))
    lab.complaints.clear()
