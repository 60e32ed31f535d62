"""Which of several vouchers a text singles out: by order, size, date or name."""

from __future__ import annotations

import re
from datetime import date

from bot.desk.voucher_items import Item, clauses, sums_in, vouchers_in
from knowledge.dates import find_dates
from knowledge.money import find_amounts
from knowledge.numerals import numbers
from knowledge.text import normalize

_PICK = re.compile(
    r"(?:先|只|就|请|帮我|单独|仅|优先|主要|重点)+(?:帮我|给我)?(?:记|登记|录入?|提醒|要|"
    r"管|看|存|加|处理|关注|跟进)(?:一下|下|我|住|"
    r"录)*(?:的?是)?(?P<zh>[^,，。;；!！]{1,20})"
    r"|(?:帮我|请)?(?:记|登记|录|提醒我?)(?:一下|下|录)?(?P<zh2>(?:第|后|前|金额|最|大的|"
    r"小的|快|先|早|晚|另)[^,，。;；!！]{1,16})"
    r"|(?:^|[,，;；。 ])(?:帮我|请)?(?:记(?![得不])|登记|录入?|提醒)(?:一下|下|录|我)?"
    r"(?P<zh4>[^,，。;；!！\d]{1,10})(?=$|[。!！])"
    r"|(?:我(?:说|指|要)的是|以)(?P<zh3>[^,，。;；!！]{1,16}?)(?:为准|$|[,，。])"
    r"|(?<![a-z])(?:track|log|save|note(?: down)?|record|add|remind me (?:about|of)|"
    r"put in|register|keep|enter|i mean|set (?:up )?a reminder for|"
    r"reminder for|only need|just need|only want|count|file)(?: only|"
    r" just)? (?P<en>[^,.;!\n]{3,60})",
    re.I,
)
_OWN = re.compile(
    r"(?:我们?|咱们?|本公司|我司|公司|企业|团队)(?:这次|目前|现在|今年)?(?:只|就)?"
    r"(?:是|属于?|拿的?是?|报的?是?|符合|够|按|走|算|选|领的?是?|申请的?是?|评(?:上|为)了?|享受)的?"
    r"(?P<zh>[^,，。;；!！]{1,16})"
    r"|(?<![a-z])(?:we|i)(?:'re|'m| are| am| qualify (?:as|for)| fall under| belong to|"
    r" applied for| chose| took) (?:in |an? |the )?(?P<en>[^,.;!\n]{2,40})",
    re.I,
)
_IGNORED = re.compile(
    r"不用(?:管|记)|别(?:管|记)|忽略|作废了|用(?:完|掉)了|已(?:经)?(?:用完|用掉|过期|"
    r"核销|作废)|不算|"
    r"(?<![a-z])(?:ignore|already used|used up|is gone|has expired|expired already|skip|forget)",
    re.I,
)
_ORDINALS = (
    (r"第[一1]|前者|前一|头一|first|former", 0),
    (r"第[二2]|second", 1),
    (r"第[三3]|third", 2),
    (r"第[四4]|fourth", 3),
    (r"后者|后一|最后[一那]|末一|latter|last one|the last", -1),
)
_LARGER = re.compile(
    r"大的|金额[更较最]?[大高]|(?:最|更)大|数额大|面值[大高]|larger|bigger|largest|biggest|"
    r"higher",
    re.I,
)
_SMALLER = re.compile(
    r"小的|金额[更较最]?[小低]|(?:最|更)小|数额小|面值[小低]|smaller|smallest|lower", re.I
)
_SOONER = re.compile(
    r"先到期|早到期|先过期|最早|最先|快到期|较早|早的|先失效|expir\w+ (?:first|sooner|"
    r"earlier)|earlie[rs]t?|soone[rs]t?|ends? first|due first",
    re.I,
)
_LATER = re.compile(
    r"后到期|晚到期|后过期|最晚|最迟|较晚|晚的|expir\w+ (?:last|later)|latest|runs? longer", re.I
)


_POINTS = re.compile(
    "|".join(pattern for pattern, _ in _ORDINALS)
    + f"|{_LARGER.pattern}|{_SMALLER.pattern}|{_SOONER.pattern}|{_LATER.pattern}",
    re.I,
)


_RUN_ON = re.compile(r"(?<=到期|过期|截止|失效|作废)(?=[^\W\d_的了后前日时之]{2})")


def singled_out(text: str, today: date) -> str:
    """The part of a text about the voucher it singles out; the whole text if there is only one."""
    if len(sums_in(text)) < 2:
        return text
    return _singled_out(_RUN_ON.sub(",", text), today) or text


def _singled_out(text: str, today: date) -> str | None:
    for pattern in (_PICK, _OWN):
        if pick := pattern.search(text):
            wanted = next((g for g in pick.groups() if g), "")
            items, shared = _around(text, pick, today)
            chosen = _chosen(items, wanted, today) if len(items) > 1 else None
            if chosen:
                return _scope(chosen, shared, wanted)
            if pattern is _PICK:
                return None
    items, shared = vouchers_in(text, today)
    if len(items) < 2:
        return None
    wanted, chosen = "", _left_over(items)
    if chosen is None:
        wanted, chosen = _implied(text, items, today)
    return _scope(chosen, shared, wanted) if chosen else None


def _scope(chosen: Item, shared: list[str], wanted: str) -> str:
    return ",".join([chosen.text, *shared, _name_in(wanted)]).rstrip(",")


def _around(text: str, pick: re.Match[str], today: date) -> tuple[list[Item], list[str]]:
    """The vouchers beside the words that choose one; what follows those is about the chosen one."""
    before, after = text[: pick.start()], text[pick.end() :]
    if sums_in(after):
        return vouchers_in(f"{before},{after}", today)
    items, shared = vouchers_in(before, today)
    return items, [*shared, *clauses(after)]


def _implied(text: str, items: list[Item], today: date) -> tuple[str, Item | None]:
    """A clause without an amount that points at a voucher: 后者为准, the latter counts."""
    for clause in clauses(text):
        if _POINTS.search(clause) and not find_amounts(clause):
            chosen = _chosen(items, clause, today)
            if chosen:
                return clause, chosen
    dated = [c for c in clauses(text) if _ends(c, today)]
    if len(dated) == 1 and not sums_in(dated[0]) and _NOUN.search(dated[0]):
        # 语料券2万、算力券5万,算力券4月20日到期
        return dated[0], _by_name(items, dated[0])
    return "", None


_NOUN = re.compile(r"券|包|补[贴助]|奖|贷|款|voucher|coupon|credit|grant|subsid|loan|rebate", re.I)


def _chosen(items: list[Item], wanted: str, today: date) -> Item | None:
    for pattern, place in _ORDINALS:
        if re.search(pattern, wanted, re.I) and -len(items) <= place < len(items):
            return items[place]
    if _LARGER.search(wanted):
        return max(items, key=lambda i: i.amount.value)
    if _SMALLER.search(wanted):
        return min(items, key=lambda i: i.amount.value)
    if _SOONER.search(wanted) or _LATER.search(wanted):
        return _by_date(items, today, late=bool(_LATER.search(wanted)))
    return _by_amount(items, wanted) or _by_name(items, wanted)


def _by_amount(items: list[Item], wanted: str) -> Item | None:
    """The voucher whose sum is named: 2000的那张, the 500 one."""
    sums = {number.value for number in numbers(normalize(wanted))}
    named = [item for item in items if item.amount.value in sums]
    return named[0] if len(named) == 1 else None


def _by_date(items: list[Item], today: date, *, late: bool) -> Item | None:
    ends = [
        (max(d for d in days if d), item) for item in items if (days := _ends(item.text, today))
    ]
    if not ends:
        return None
    return (max if late else min)(ends, key=lambda pair: pair[0])[1]


def _ends(text: str, today: date) -> list[date]:
    return [span.end_on for span in find_dates(text, today) if span.end_on]


def _by_name(items: list[Item], wanted: str) -> Item | None:
    """The item that shares the longest piece of its words with the name asked for."""
    scored = [(_shared_length(item.text.lower(), wanted.lower()), item) for item in items]
    best, item = max(scored, key=lambda pair: pair[0])
    rivals = [score for score, other in scored if other is not item]
    return item if best >= 2 and best > max(rivals, default=0) else None


def _shared_length(text: str, wanted: str) -> int:
    sizes = range(len(wanted), 0, -1)
    found = (n for n in sizes for i in range(len(wanted) - n + 1) if wanted[i : i + n] in text)
    return next(found, 0)


def _left_over(items: list[Item]) -> Item | None:
    """The only voucher that is not dismissed; None if none is."""
    kept = [item for item in items if not _IGNORED.search(item.text)]
    return kept[0] if len(kept) == 1 < len(items) else None


def _name_in(wanted: str) -> str:
    """The name in 第一张语料券, without the words that choose."""
    name = re.sub(
        r"^第.[张个笔项]|^[前后]者|^(?:那|这)[张个]|(?:那|这)[张个笔]?.*$|^the (?:first|"
        r"second|third|last)(?: one)?|"
        r"(?:先|早|快|后|晚)到期.*$|(?:金额)?(?:最|更|较)?[大小](?:的)?.*$|的$",
        "", wanted, flags=re.I,
    )  # fmt: skip
    return name.strip()
