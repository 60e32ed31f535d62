"""What a length of time counts from and whether it sets a last day.

The lengths themselves are read in `periods`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Use = Literal["deadline", "weak", "length", "ago", "extension"]

_WITHIN_RIGHT = re.compile(
    r"^\s*(?:之?内|以内|之?后|以后|期满|到期|有效|过期|失效|的?有效期|的?试用|的?期限|"
    r"截止|免租|免费)"
    r"|^\s*(?:from|of (?!age|work|experience|rent|free|social)|after|following|since|"
    r"later|left|remaining|validity|trial|"
    r"valid|window|grace|free|to (?:use|activate|apply|claim|redeem|spend|submit|file|pay|"
    r"respond|reply|go|appeal|correct|register|complete|upload|sign))"
)
_WITHIN_LEFT = re.compile(
    r"(?:有效期?(?:限|为|是|:|共|仅|只有)*|期限?(?:为|是|共|:)*|为期|试用期?|限时|限|"
    r"还有|还剩|剩下?|仅剩|倒计时|再过|过|有效|免租|免费)\s*$"
    r"|(?<![a-z])(?:in|within|inside|for|valid(?: for)?|good for|lasts?(?: for)?|after|"
    r"another|have|has|"
    r"trial(?: of|:)?|period(?: of|:)?|term(?: of|:)?|validity(?: of|:| is)?|runs(?: for)?|only|"
    r"give you|you have|duration:?|free for)"
    r" *(?:the next |the |a further |at most |up to |exactly |a period of |a total of )?$"
)
_EXTENSION = re.compile(
    r"(?:延长|延期|顺延|推迟|再延|展期|宽限|(?<![a-z])(?:extended|postponed|pushed back|delayed|"
    r"prolonged|pushed) (?:by|for|another|a further)(?: another| a further)?)\s*$"
)
_LENGTH_LEFT = re.compile(
    r"(?:提前|满|每|隔|近|过去|成立|毕业|最近|至少|不少于|超过|累计|运营|经营|提早|早|头|前|"
    r"(?<![a-z])(?:past|last|previous|every|each|at least|over|more than|minimum|under|"
    r"per|first|within last))\s*$"
)
_LENGTH_RIGHT = re.compile(
    r"^\s*(?:以上|前通知|[^,。;\d]{0,3}(?:社保|参保|缴纳)|一次|一付|一交|一报|社保|合同|"
    r"租约|租期|注册|年限|"
    r"(?<![a-z])(?:notice|old|lease|contract|in advance|beforehand|before|prior|ahead|"
    r"or more|earlier|of age|of rent|"
    r"of social|of experience))"
)
_FIRST_LEFT = re.compile(r"(?:前|头|(?<![a-z])first ?)$")  # 前三个月免租: the free months end
_FREE_RIGHT = re.compile(r"^\s*(?:内|都|是|房租|租金|均|全部|are|is|rent[- ])*(?:免|free)")
_AGO = re.compile(r"^\s*(?:以前|之前|前)(?!提)|^\s*ago(?![a-z])")

_DEED_EN = (
    r"(?<![a-z])(?:claim|recei|activat|sign|publi|issu|approv|award|deliver|purchas|buy|"
    r"today|now|notice|"
    r"grant|announc|accept|regist|redeem|redempt|invoice|payment|open|start|launch|login|use|date|"
    r"day|notif|collect|getting|allocation|completion|inspection)[a-z]*"
)
_OVERDUE = re.compile(r"(?:过期|逾期|到期|超期|失效)(?:已经?)?$")
_EVENT = r"(?P<anchor>[^,。;()\d]{1,18}?)"
_ANCHOR_LEFT = re.compile(
    rf"(?:(?:自|从|于|由)?{_EVENT}(?:之日|当日|当天|之日\s*\([^)]*\))(?:起|后|开始)?(?:计算?|算)?|"
    rf"(?:自|从)(?P<anchor2>[^,。;()]{{1,18}}?)(?:\([^)]*\))?(?:之日)?(?:起|开始|算起|后|计|算)|"
    rf"(?P<anchor3>[^,。;()\d的]{{1,10}}?)(?:\([^)]*\))?(?:之?后|"
    r"以后))[,的 ]*(?:有效期?为?|期限为?)?(?:第)?\s*$"
    r"|(?:from|since|after|starting from|counted from|"
    rf"beginning)\s+(?P<anchor4>[a-z' ]{{0,24}}?{_DEED_EN}[a-z' ]{{0,24}}?)"
    r"(?:\([^)]*\))?[,: ]*(?:valid )?(?:for|in|within)?\s*$"
)
_ANCHOR_RIGHT = re.compile(
    r"^(?:之?内|以内)?(?:有效)?[^。;()\d]{0,8}?[,(]?\s*(?:自|"
    r"从)(?P<anchor>[^,。;()\d]{1,18}?)(?:之日)?(?:\([^)]*\))?\s*"
    r"(?:起|开始|算起|后|算|计算)"
    r"|^\s*(?:validity )?(?:of|from|after|following|since|starting(?: from| on)?|"
    r"counted from|beginning(?: on)?|counting from)\s+"
    rf"(?P<anchor2>[a-z' ]{{0,24}}?{_DEED_EN}[a-z' ]{{0,30}})"
)
_PUBLISHED = re.compile(
    r"发布|公布|印发|公告|通知|公示|下发|发文|即日|今日|今天|现在|本日|当前|挂网|"
    r"(?<![a-z])(?:publication|publish|notice|announce|posting|posted|today|now|"
    r"this (?:notice|letter|message))"
)


_RECEIVED = re.compile(r"收到|接到|领取|送达|(?<![a-z])(?:recei|deliver)")


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a period counts from, in the words of the text; `today` if the day of writing."""

    text: str
    today: bool


def use_of(left: str, right: str) -> Use:
    """Whether a period sets a last day ("deadline"), may do so ("weak"), or is only a length."""
    if _EXTENSION.search(left):
        return "extension"
    if _OVERDUE.search(left) and right.startswith("了"):
        return "ago"
    if _AGO.search(right) and not re.search(r"提$", left):
        return "ago"
    if _FREE_RIGHT.search(right) and _FIRST_LEFT.search(left):
        return "deadline"
    if _LENGTH_LEFT.search(left) or _LENGTH_RIGHT.search(right):
        return "length"
    if _WITHIN_RIGHT.search(right) or _WITHIN_LEFT.search(left):
        return "deadline"
    return "deadline" if anchor_of(left, right) else "weak"


def anchor_of(left: str, right: str) -> Anchor | None:
    """The event beside a period that it counts from, such as 发布 in 自发布之日起30日内."""
    for pattern, words in ((_ANCHOR_LEFT, left), (_ANCHOR_RIGHT, right)):
        match = pattern.search(words)
        text = next((g for g in match.groups() if g), "") if match else ""
        if text.strip():
            published = bool(_PUBLISHED.search(text)) and not _RECEIVED.search(text)
            return Anchor(text.strip(), published)
    return None
