"""Which of a sentence's amounts a voucher is worth: the cap, the total, or the rest.

Amounts themselves are read in `knowledge.money`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from knowledge.money import Amount, find_amounts
from knowledge.text import normalize

_REACH = 16

_USED_LEFT = re.compile(
    r"(?:已经?(?:使用|用掉|用|花|核销|抵扣|抵|领|消耗|支取|提)|用(?:了|掉|去)|花(?:了|"
    r"掉)|抵扣?了|核销了|消耗了?|扣了|"
    r"(?<![a-z])(?:used|spent|redeemed|consumed|drawn|burnt|burned|deducted|"
    r"already (?:used|spent))(?: up)?)"
    r"[了掉约共 ]*(?:about |some )?$"
)
_USED_RIGHT = re.compile(
    r"^ ?(?:已经?(?:用|花|使用|核销|抵扣)|[用花]掉[了的]|用过|(?:was|were|has been|have been|"
    r"is|are)? ?(?:already )?"
    r"(?:used|spent|redeemed|consumed|gone|drawn)(?![a-z]))"
)
_THRESHOLD_LEFT = re.compile(
    r"(?:(?<!不)满|每满|消费达|达到|订单|(?<!不)超过|单笔|(?<![a-z])(?:spend|spending|"
    r"orders? (?:over|above|of)|over|above|"
    r"minimum (?:spend|order)(?: of)?|purchases? (?:over|above|of)|when you spend))[:为 ]*$"
)
_THRESHOLD_RIGHT = re.compile(
    r"^ ?(?:以上)?(?:可用|才能用|起用|使用|可使用|[立直]?减|送|返|赠|抵|门槛|(?:minimum|"
    r"min\.?|or more)(?: spend| order)?)"
)
_PENALTY = re.compile(
    r"(?:罚|滞纳金?|违约金?|逾期[^,。;]{0,6}|(?<!抵)扣|手续费|(?<![a-z])(?:fine|penalty|"
    r"late fee|surcharge)(?: of| is)?)[:为 ]*$"
)
_BASE_LEFT = re.compile(
    r"(?:合同(?:额|金额|价)?|支出|发票|实付|实际(?:支出|费用|付款)?|费用(?:共|约)?|花费|"
    r"账单|原价|原来|采购额?|投入|营收|"
    r"(?<![a-z])(?:contract|invoice|bill|spend|spending|costs?|paid|revenue|was|"
    r"originally|list price|"
    r"purchase)(?: value| amount| total| price)?(?: of| is| for| worth|:)?)[:为是共约 ]*$"
)
_EQUIVALENT = re.compile(
    r"(?:折合|相当于|约合|价值|折算|(?<![a-z])(?:worth|equivalent to|equal to|about|"
    r"i\.e\.))[约为 ]*$"
)
_TOTAL_LEFT = re.compile(
    r"(?:总额|总计|总共|一共|共计|合计|总面值|总额度|总量|总价|总|共|全额|面值|额度|券面|"
    r"票面|(?<![a-z])(?:total(?:l?ing)?|in total|face value|"
    r"worth|altogether|out of|of (?:the|my|our|a|its)))(?: of| is|:| amount)?[:为是有约共 ]*$"
)
_TOTAL_RIGHT = re.compile(r"^ ?(?:in total|total|altogether|in all|的(?:总额|额度|面值|总额度))")
_REST_LEFT = re.compile(
    r"(?:还剩下?|剩下?|剩余(?:额度|金额)?|余额|尚余|结余|还有|余|未用(?:完)?(?:的)?|"
    r"没用(?:完)?的|只剩|"
    r"(?<![a-z])(?:remaining|left|balance|remainder|unused|unspent|still have|rest))"
    r"(?: of| is|:|balance)?[:为是约了有 ]*$"
)
_REST_RIGHT = re.compile(
    r"^[^,。;\d]{0,3}?(?:没用|未用|没花|余额|剩余|(?<![a-z])(?:left|remaining|remain|"
    r"unused|unspent|to spend|still))"
)
_CAP_LEFT = re.compile(
    r"(?:上限|封顶|最高|最多|不超过|cap|capped|maximum|max|up to|at most|limit)[^\d,。;]{0,10}$"
)
_CAP_RIGHT = re.compile(
    r"^ ?(?:封顶|上限|为限|cap(?:ped)?(?![a-z])|max(?:imum)?(?![a-z])|ceiling|limit(?![a-z]))"
)
_BASE_RIGHT = re.compile(
    r"^ ?的?(?:合同|订单|采购|账单|发票|设备款?|支出|(?<![a-z])(?:contract|invoice|order|"
    r"bill|purchase|spend)(?![a-z]))"
)
_UNIT_PRICE = re.compile(
    r"^ ?(?:/|每|per |an? )(?:度|千瓦时|小时|次|平米?|平方米|㎡|m2|token|kwh|hour|call|km|"
    r"公里|km|人天)"
)
_RAISED = re.compile(
    r"^ ?(?:提高|上调|增加|增|升|下调|调整|降|改)[^,。;\d]{0,3}(?:到|至|为)|^ ?(?:was |"
    r"is )?(?:raised|increased|"
    r"lifted|cut|lowered|changed) to"
)
_PER_UNIT = re.compile(r"每(?:平米?|平方米|度|千瓦时|小时|次|公里|件|单|条|个?人次)[^,。;\d]{0,4}$")
_EACH = re.compile(r"(?:每张|每个|单张|每份|each)[:为 ]*$")


def voucher_amount(text: str) -> Amount | None:
    """The amount a voucher text is about; None if there is none, or only a range."""
    amounts = _decided([a for a in find_amounts(text) if _counts(a)], text)
    sides = {a: _sides(text, a) for a in amounts}
    firm = [a for a in amounts if a.qualifier != "range" and not _is_aside(*sides[a])]
    firm = [a for a in firm if not _is_unit_price(*sides[a])] or firm
    if {"at_least", "up_to"} <= {a.qualifier for a in firm if a.is_money}:  # 最低5千最高2万
        firm = [a for a in firm if a.qualifier not in {"at_least", "up_to"}]
    hours = [a for a in firm if a.unit == "card_hours"]
    money = [a for a in firm if a.is_money and not (hours and _EQUIVALENT.search(sides[a][0]))]
    rates = [a for a in firm if a.unit == "percent"]
    if hours:
        return _best(hours, sides)
    if rates:
        money = _caps(money, sides)
    if money:
        return _best(money, sides)
    return rates[0] if rates else None


_OR = re.compile(r" ?(?:元|块|万)? ?(?:或者?|还是|(?<![a-z])or) ?(?:¥|rmb |cny )?", re.I)


def _decided(amounts: Sequence[Amount], text: str) -> list[Amount]:
    """Without sums of which only one will hold: 5万或8万, 5,000 or 8,000 yuan."""
    open_: set[Amount] = set()
    for a, b in itertools.pairwise(amounts):
        if a.unit == b.unit and a.currency == b.currency and _OR.fullmatch(text, a.end, b.start):
            open_ |= {a, b}
    left = re.compile(r"\d[\d,.]*" + _OR.pattern + "$", re.I)
    return [a for a in amounts if a not in open_ and not left.search(text[: a.start])]


def _counts(amount: Amount) -> bool:
    return amount.is_money or amount.unit in {"percent", "card_hours"}


def _sides(text: str, amount: Amount) -> tuple[str, str]:
    left = normalize(text[max(0, amount.start - _REACH - 8) : amount.start] + "|")[:-1]
    right = normalize("|" + text[amount.end : amount.end + _REACH])[1:]
    return left, right


def _is_aside(left: str, right: str) -> bool:
    """What is used up, a spending threshold or a penalty is not what the voucher is worth."""
    return bool(
        _USED_LEFT.search(left)
        or _USED_RIGHT.search(right)
        or _THRESHOLD_LEFT.search(left)
        or _THRESHOLD_RIGHT.search(right)
        or _PENALTY.search(left)
        or _RAISED.search(right)
    )


def _is_unit_price(left: str, right: str) -> bool:
    return bool(_UNIT_PRICE.search(right) or _PER_UNIT.search(left))


def _caps(money: Sequence[Amount], sides: dict[Amount, tuple[str, str]]) -> list[Amount]:
    """Beside a rate the cap counts, or any sum that is not what the rate is applied to."""
    caps = [a for a in money if _is_cap(a, *sides[a])]
    return caps or [a for a in money if not _is_base(*sides[a])]


def _is_base(left: str, right: str) -> bool:
    return bool(_BASE_LEFT.search(left) or _BASE_RIGHT.search(right))


def _is_cap(amount: Amount, left: str, right: str) -> bool:
    return amount.qualifier == "up_to" or bool(_CAP_LEFT.search(left) or _CAP_RIGHT.search(right))


def _best(amounts: Sequence[Amount], sides: dict[Amount, tuple[str, str]]) -> Amount:
    """The total before anything else, the rest only when nothing else is there."""
    return min(amounts, key=lambda a: _rank(*sides[a]) + 0.4 * _is_bare(a))


def _is_bare(amount: Amount) -> bool:
    """Digits without a unit may be a name, as in 12366培训券."""
    return amount.text.strip().isdigit()


def _rank(left: str, right: str) -> float:
    if _TOTAL_LEFT.search(left) or _TOTAL_RIGHT.search(right):
        return 0
    if _REST_LEFT.search(left) or _REST_RIGHT.search(right):
        return 3
    if _EACH.search(left) or _is_base(left, right):
        return 2.5
    return 1 if _CAP_LEFT.search(left) or _CAP_RIGHT.search(right) else 2
