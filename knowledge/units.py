"""What amounts are counted in: currencies, rates, card-hours and counted things, by their words.

Words are in normal form (lower case, simplified). Amounts are read in `money`.
"""

from __future__ import annotations

import re

CURRENCY_BEFORE = {
    "CNY": r"人民币|rmb|cny|renminbi|yuan|(?<![a-z])rmb ?¥|¥|￥|cn¥",
    "USD": r"us ?\$|usd ?\$?|u\.s\. ?\$|(?<!hk)(?<!nt)(?<!s)\$|美元|美金",
    "HKD": r"hk ?\$|hkd|港币|港元",
    "EUR": r"€|eur",
    "GBP": r"£|gbp",
    "JPY": r"jpy|日元",
}
CURRENCY_AFTER = {
    "CNY": r"元(?:人民币|整|正)?|圆(?:整|正)?|块(?:钱|人民币)?(?!板|屏|显卡|gpu|卡(?!券))|"
    r"人民币|rmb|cny|renminbi|"
    r"yuan|chinese yuan|kuai|¥",
    "USD": r"美元|美金|usd|us dollars?|u\.s\. dollars?|dollars?|bucks|\$|刀(?!具)",
    "HKD": r"港币|港元|hkd|hk dollars?|hong kong dollars?",
    "EUR": r"欧元|euros?|eur",
    "GBP": r"英镑|pounds?(?: sterling)?|gbp",
    "JPY": r"日元|jpy|yen",
}

PERCENT = r"%|percent(?:age points?)?|per ?cent|pct|个百分点|百分点|percentage points?"
BASIS_POINTS = r"个?基点|个?bps?|basis points?"
CARD_HOURS = (
    r"张?卡[·・.]?(?:小时|时)|[个张]? ?(?:(?:[abhlv]|rtx ?|昇腾)?\d{2,4}[a-z]?|gpu|显)? ?卡时|"
    r"(?:(?:unused|free|gpu|more|spare|remaining|"
    r"compute|a100|h100|h800|a800) ?){0,2}"
    r"(?:(?<=gpu) ?-?hours?|card[- ]?hours?)|gpu[- ]hours?|"
    r"h100[- ]hours?|卡 ?hours?|gpu ?小时"
)

COUNTS = {
    "people": r"个?人(?!民币|工|才(?!\b)|均|社)|名(?:员工|职工|毕业生|高校毕业生|人员)?|位|people|"
    r"persons?|staff|employees?|"
    r"members?|founders?|interns?|graduates?|shareholders?|jobs",
    "companies": r"家(?:企业|公司)?|户(?:企业)?|companies|company|firms?|opcs|enterprises?|"
    r"startups?|start-ups?|"
    r"businesses",
    "sqm": r"平方米|平米|平方|m2|sq\.? ?m(?:etres?|eters?)?|square met(?:re|er)s?",
    "mu": r"亩",
    "petaflops": r"p(?:flops)?(?![a-z])|petaflops?",
    "tokens": r"(?:个)?tokens?|词元",
    "times": r"倍|times",
    "sets": r"套|台|sets?|flats?|apartments?|rooms?|units?",
    "desks": r"个?工位|desks?|seats?|workstations?",
    "items": r"项|条(?!码)|款|类|件|份|篇|批|场(?!地)|期(?!限|间)|轮|届|章|页|"
    r"分(?!之|钟|期|公司|[一二两三四五六\d批年月季])|"
    r"级|档|层|栋|座|间|处|个?部门|枚|门|幢|片|(?:周)?岁|"
    r"个(?!月|星期|礼拜|工作日|小时|自然日|半)|张(?!卡)|颗|卡(?!时|券)|次(?!日|年|月)|行|"
    r"字|辆|吨|公里|兆|gb|tb|mb|"
    r"tasks?|articles?|items?|projects?|scenarios?|communities|community|models?|cases?|products?|"
    r"vouchers?|cards?|gpus?|calls?|requests?|rounds?|sessions?|pages?|points?(?! of)|years? old|"
    r"cities|city|districts?|provinces?|parks?|universities|patents?|courses?|events?|measures?|"
    r"rules?|steps?|documents?|copies|kinds?|types?|groups?|batches|floors?|images?|users?|"
    r"downloads?|lines?|customers?|clients?|contracts?|orders?|licen[cs]es?|incubators?",
}

_TAIL = r"(?:(?<![a-z])|(?![a-z]))"  # a Latin word must end there


def _named(table: dict[str, str], edge: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{k}>(?:{v}){edge})" for k, v in table.items()))


_BEFORE = re.compile("|".join(f"(?P<{k}>(?<![a-z])(?:{v}))" for k, v in CURRENCY_BEFORE.items()))
_BEFORE_END = re.compile(rf"(?:{_BEFORE.pattern})[:：]? ?$")
_AFTER = _named(
    {
        "percent": PERCENT,
        "bp": BASIS_POINTS,
        "card_hours": CARD_HOURS,
        **CURRENCY_AFTER,
        **COUNTS,
    },
    _TAIL,
)


def unit_after(s: str, at: int) -> tuple[str, int] | None:
    """The unit or currency that stands right after a number, and where it ends."""
    if s.startswith(("-", " "), at):
        at += 1
    match = _AFTER.match(s, at)
    return (str(match.lastgroup), match.end()) if match else None


def currency_before(s: str, at: int) -> tuple[str, int] | None:
    """The currency that stands right before a number, and where it begins."""
    match = _BEFORE_END.search(s, max(0, at - 14), at)
    return (str(match.lastgroup), match.start()) if match else None
