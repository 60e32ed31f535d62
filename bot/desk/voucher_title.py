"""A short title for a voucher or deadline, out of the words that are no date, amount or cue."""

from __future__ import annotations

import re

_BREAK = re.compile(
    r"[\x00,，。;；:：!！?？()（）\[\]【】\n|]+|\s+-\s+|"
    r"(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])|——+|—"
)
_EDGE_ZH = (
    r"双方约定|请|各|本(?=协议|合同|券|次)|把|将|要|得|需|须|记得|务必|别忘了?|提醒我?|截止(?:日期?|时间)?(?:到|至)?|"
    r"截至|有效期(?:限|至|到|为)?|有效|到期日?|过期|失效|作废|"
    r"期限|最晚|最迟|之?前|以前|之内|以内|内|起|止|为止|共|的|了|于|在|是|到|至|从|自|并|"
    r"和|及|与|每|额度|金额|面值|人民币|总额|面额|价值|折合|约合|相当于|那个|这个|"
    r"那张|这张|领了个?|领取|还剩|一张|一个|个(?![税人体])|张|号|已用|用掉|今年|本年|左右|大概|就|也|"
    r"都|吧|呢|啊|哦|我们?|你|当天|一次|原本|原定|不等|"
    r"生效|截单|交完|最高|最多|不超过|封顶|上限|元|块"
)
_EDGE_EN = (
    r"the|an?|my|our|your|this|that|these|those|please|remember to|don't forget(?: to|"
    r" the)?|remind me(?: to| of| about)?|"
    r"is|are|was|were|be|due|by|on|at|in|of|for|to|from|until|till|through|valid|"
    r"expir(?:es|y|ing|ed|e)|ends?|ending|"
    r"deadline|closing date|closes?|starting|starts?|begins?|before|after|between|and|or|"
    r"no later than|within|up to|at most|"
    r"worth|face value|with|which|it|its|use|good|only|about|around|yet|not|sure|it's|"
    r"application ends|lapsed|wasted|"
    r"filing deadline|sometime|not sure"
)
_LEAD = re.compile(
    rf"^(?:\s|[-–~、/&+.'\"“”]|(?:{_EDGE_ZH})(?![券])|(?:{_EDGE_EN})(?![\w'-]))+", re.I
)
_TAIL = re.compile(
    r"(?:\s|[-–~、/&+.'\"“”]|前|之前|的|了|于|在|到|至|从|自|共|要|截止|截至|有效期?至?|"
    r"到期日?|过期|失效|起|止|是|按|最高|最多|不超过|为|给|"
    r"面值|金额|人民币|(?<![\w'-])(?:the|an?|is|are|was|due|by|on|at|in|of|for|to|"
    r"from|until|till|through|valid|"
    r"expir(?:es|y|ing|ed|e)|ends?|deadline|closes?|before|after|between|and|or|within|"
    r"up to|worth|with|has|have|no later than|"
    r"lapsed|capped|must be used|starts?|good|close))+$",
    re.I,
)
_HEAD = re.compile(
    r"券|补贴|补助|奖励|贷款|贴息|资助|报名|申报|申请|材料|合同|协议|年报|申报书|押金|费|"
    r"社保|个税|税|发票|域名|商标|备案|路演|答辩|例会|会议?|培训|"
    r"宣讲|大赛|比赛|专精特新|认定|基金|奖补|面谈|工资|利率|园区|场地|开放日|对账|认证|"
    r"贯标|折扣|活动|押金|积分|会员|工位|孵化|入驻|入园|续|租|保险|证|额度|算力包|卡|"
    r"服务器|意向|名额|辅导|审计|保证金|"
    r"(?<![a-z])(?:vouchers?|credits?|coupons?|subsid(?:y|ies)|grants?|loans?|rebates?|"
    r"allowances?|fees?|forms?|reports?|"
    r"returns?|papers?|contracts?|leases?|licen[cs]es?|renewals?|domains?|meetings?|"
    r"syncs?|decks?|applications?|quotas?|"
    r"pass(?:es)?|trials?|deposits?|desks?|top-?ups?|gpus?|invoices?|insurance|filings?|"
    r"registrations?|tokens?|cards?|"
    r"tickets?|memberships?|subscriptions?|hours?|stipends?|permits?|visas?|rents?|"
    r"plans?|packages?|workshops?|sessions?|"
    r"briefings?|expos?|summits?|conferences?|demos?|awards?|prizes?|bonds?|guarantees?|"
    r"certificates?|statements?|"
    r"payrolls?|tax(?:es)?|vat|audits?|proposals?|bids?|tenders?|patents?|trademarks?|"
    r"funds?|bills?|payments?|models?|data|compute|corpus|discounts?|clubs?|hearings?|"
    r"seats?|hubs?|calls?|exams?|"
    r"surveys?|slots?|portals?|gifts?)(?![a-z])",
    re.I,
)


def title_of(text: str, spans: list[tuple[int, int]], *, named: bool = False) -> str:
    """The fragment of a text, outside the given spans, that best names its subject, or "".

    With `named`, only fragments with a noun for a benefit or duty count.
    """
    chars = list(text)
    for start, end in spans:
        chars[start:end] = ["\x00"] * (end - start)
    fragments = [_trimmed(f) for f in _BREAK.split("".join(chars))]
    kept = [f for f in dict.fromkeys(fragments) if f and (_HEAD.search(f) or not named)]
    if not kept:
        return ""
    best = sorted(kept, key=_weight, reverse=True)[:2]
    if sum(map(_size, best)) > _SHORT:
        return best[0]
    return " ".join(f for f in kept if f in best)


def _trimmed(fragment: str) -> str:
    previous = None
    fragment = fragment.strip()
    while previous != fragment:
        previous = fragment
        fragment = _TAIL.sub("", _LEAD.sub("", fragment)).strip()
    return fragment


_SHORT = 22


def _size(fragment: str) -> int:
    """Chinese characters, a Latin word counting for two."""
    han = len(re.findall(r"[\u4e00-\u9fff]", fragment))
    return han + 2 * len(re.findall(r"[A-Za-z][\w'-]*", fragment))


def _weight(fragment: str) -> float:
    """Fragments with a noun that names a benefit or duty come first, longer ones before shorter."""
    heads = len({m.group().lower() for m in _HEAD.finditer(fragment)})
    return 12 * min(heads, 1) + 2 * min(heads, 3) + min(_size(fragment), 14)
