"""What a date does in its sentence: a start, an end, an event, a day of issue, or replaced.

Judged by the words beside it, which are listed here; `reading` decides what follows.
"""

from __future__ import annotations

import re

from knowledge.dates.values import Role

_MOVED_ZH = r"(?:改|延|调整|推迟|顺延|展期|变更|提前|挪|移)"
_MOVED_EN = (
    r"(?:moved|extended|postponed|pushed|changed|shifted|delayed|rescheduled|brought forward|"
    r"deferred|prolonged|now)"
)
_REPLACED_LEFT = re.compile(
    r"(?:原(?:定|计划|本|来|先|为|是|截止|到期|有效)?[^,。;]{0,10}|不是|并非|而不是|而非|"
    r"originally(?: (?:due|set|planned|scheduled))?(?: (?:on|by|for|to))?|"
    r"initially(?: (?:on|by|for))?|"
    r"previously(?: (?:on|by|for))?|formerly|old (?:deadline|date)(?: was| of|:)?|"
    r"cancelled|canceled|scrapped|取消的?|作废的|instead of|"
    r"rather than|(?:was|were) (?:originally |initially )?(?:due|set|planned|scheduled|meant)"
    r"(?: (?:on|by|for|to end on|to expire on))?)\s*$"
)
_FROM = re.compile(r"(?:从|由|自|from)\s*$")
_MOVED_ON = re.compile(
    rf"^[^。;]{{0,16}}{_MOVED_ZH}[^。;,]{{0,6}}$|"
    rf"^[^.;]{{0,30}}(?<![a-z]){_MOVED_EN}(?![a-z])[^.;]{{0,24}}$"
    r"|^\s*,?\s*(?:但|but|而|是)[^.;。]{0,6}$"
)
_MOVED_FROM = re.compile(rf"{_MOVED_EN}[a-z ]{{0,12}} from\s*$")

_END_RIGHT = re.compile(
    r"^\s*\)?\s*(?:\(含[^)]*\))?\s*(?:当天|当日|那天)?\s*(?:(?:之|以)?前(?!后)|止|为止|"
    r"截止|截至|截单|到期|"
    r"过期|失效|作废|终止|结束|"
    r"关闭|清零|停止|before(?! the| \d)|期满|满期|下架|后(?:作废|失效|过期|不再|无效))"
    r"|^\s*(?:\(?incl(?:usive|\.)?\)?)?\s*(?:deadline|due|is (?:the|its|my|"
    r"our) (?:deadline|last|cut-?off|"
    r"closing|latest|expiry|final)|at the (?:very )?latest|latest|cut-?off|expir|closes|"
    r"closing|or earlier|"
    r"到期|过期|expire)"
)
_END_LEFT = re.compile(
    r"(?:ddl(?:是|为|:| )*|死线(?:是|:)*|截止(?:日期?|时间|到|至|于|期)?(?:为|是|在|:)*|"
    r"截至|(?<!收)到|至|止于|直到|"
    r"有效期?限?(?:至|到|为|是|:)+|"
    r"到期(?:日|时间)?(?:为|是|:)*|失效(?:日|时间)?期?(?:为|是|:)*|期限(?:为|是|:)*|"
    r"最(?:晚|迟|后期限)(?:到|在|是|为)?|"
    r"不(?:晚|迟)于|务必(?:在|于)?|赶在|须?在|(?<!始)于|deadline(?: is| of|'s|:|,| -)*|"
    r"(?<![a-z])(?:by|before|until|till|"
    r"til|through|thru|to)|due(?: on| by| in| date(?: is|:)*|:)?|expir[a-z]+(?: on| at|"
    r" by| date| in)?(?: is|:)*|"
    r"ends?(?: on| in)?|ending(?: on)?|ended(?: on)?|(?<![a-z])closes?(?: on)?|"
    r"closing(?: date)?(?: is| on|:)*|"
    r"closed(?: on)?|no later than|not later than|latest(?: by)?|valid(?: until| to|"
    r" through| till|:)*|"
    r"good (?:until|through|till|to|for)|lapse[sd]?(?: on)?|runs? out(?: on| at)?|"
    r"last day(?: is|:)*|"
    r"cut-?off(?: is| date|:)*|void (?:after|from)|not valid after|use by|finish(?:es)?(?: on)?|"
    r"shuts?(?: on)?|(?:until|to) and including|gone (?:after|by)|(?:must be )?(?:used|"
    r"spent|claimed|redeemed) in)"
    r"\s*(?:end of (?:day|business)|eod|cob|close of (?:play|business))?[ ,:]*(?:on )?(?:the )?\s*$"
)
_START_LEFT = re.compile(
    r"(?:自|从|起始日?期?(?:为|是|:)*|开始(?:日期?|时间)?(?:为|是|于|:)*|生效(?:日期?|"
    r"时间)?(?:为|是|于|:)*|"
    r"启用(?:日期?|时间)?(?:为|是|于|:)*|开放(?:时间|日期)?(?:为|是|于|:)*|"
    r"(?<![a-z])(?:from|since|starting(?: on| from)?|"
    r"(?:accepting|taking|receiving) applications(?: from| on)?|"
    r"starts?(?: on)?|started(?: on)?|beginning(?: on)?|begins?(?: on)?|opens?(?: on)?|"
    r"opened(?: on)?|"
    r"opening(?: on)?|began(?: on)?|launched(?: on)?|effective(?: from| on| as of)?|"
    r"as of|after|valid from|commenc[a-z]+(?: on)?|"
    r"running from|between|not until|not before))[ ,:]*(?:the )?\s*$"
    r"|(?:之日|日期|notice|receipt|publication|issue|date|announcement|approval|signing|signature|"
    r"activation|award|delivery)\s*[(]\s*$"
)
_START_RIGHT = re.compile(
    r"^\s*\)?\s*(?:当天|当日|那天)?\s*(?:零时|0时)?\s*(?:起|开始|开放|开启|启动|开抢|生效|以后|之后|开通|算起|"
    r"开业|算(?!力)|"
    r"后(?!作废|失效|过期|不|无|付|天))"
    r"|^\s*(?:onwards?|start(?!up)|opens?(?! day)|and after|or later|or after|when it opens)"
)
_DEED = (
    r"(?:领|签|买|购|放款|起息|核发|交付|入职|"
    r"激活|开通|到账|收到|批复|批下|批的|获批|发的|发布|发了|发放|发出|"
    r"印发|公布|公告|下单|注册|"
    r"成立|入驻|搬入|申请的|拿到|立项|充的|充值|办的|入的|给的|送的|下发|启用)"
)
_ISSUED_RIGHT = re.compile(rf"^[^,。;]{{0,5}}?{_DEED}(?!前|截止|日|完)")
_ISSUED_LEFT = re.compile(
    r"(?:发布|印发|公布|公告|签(?:订|署|发|约)|领取|入驻|开通|激活|购买|成立|注册|发文|批复|"
    r"落款|开具|出具|发放)"
    r"(?:日期?|时间|于|在)?[:为是于]*\s*$|(?<![a-z])(?:issued|dated|received|signed|"
    r"granted|awarded|activated|"
    r"bought|purchased|published|posted|claimed|got(?: it| them)?|issue date|dated|started using|"
    r"took effect|registered|joined)[ :]*(?:on |in )?(?:the )?\s*$"
)
_END_CLAUSE_RIGHT = re.compile(
    r"^[^,。;(]{0,24}?(?:截止|到期|过期|失效|作废|(?<![a-z])(?:deadline|expir|lapse|"
    r"due(?![a-z])|closes?(?![a-z])|cut-?off))"
)
_END_CLAUSE_LEFT = re.compile(
    r"(?:截止|到期|过期|失效|deadline|expir[a-z]*|due|clos(?:es|ing)|lapse[sd]?)[^,。;]{0,20}$"
)


_PAST_RIGHT = re.compile(rf"^[^,。;]{{0,8}}?{_DEED}[取订到发买到用]?(?:了|的|过)")
_PAST_LEFT = re.compile(r"(?:已|刚|[a-z]ed|got(?: it| them)?|took effect)[^,。;\d]{0,6}$")


def is_past_deed(left: str, right: str) -> bool:
    """Whether what was done on a date is told as done: 7月1日领的, received 1 July."""
    return bool(_PAST_RIGHT.search(right) or _PAST_LEFT.search(left))


def role_of(left: str, right: str, next_follows: bool) -> Role:
    """The role of a date between the words `left` and `right` of it.

    `next_follows` says that another date comes after `right`.
    """
    if _is_replaced(left, right, next_follows):
        return "replaced"
    if re.search(r"截[至止](?:到)?\s*$", left) and re.search(r"^[^,。;]{0,4}(?:共|已|累计)", right):
        return "issued"  # 截至今天共领: a state of affairs, no deadline
    if re.search(r"(?:not until|void after|not valid after|valid from)\s*$", left):
        return "start" if re.search(r"(?:until|from)\s*$", left) else "end"
    if _END_RIGHT.search(right):
        return "end"
    if _START_RIGHT.search(right):
        return "start"
    if re.search(r"(?<![始至止晚迟限须需必请])[于在]\s*$", left) and _ISSUED_RIGHT.search(right):
        return "issued"
    if _END_LEFT.search(left):
        return "end"
    if _START_LEFT.search(left):
        return "start"
    if _ISSUED_LEFT.search(left) or _ISSUED_RIGHT.search(right):
        return "issued"
    if _END_CLAUSE_RIGHT.search(right) or _END_CLAUSE_LEFT.search(left):
        return "end"
    return "event"


def _is_replaced(left: str, right: str, next_follows: bool) -> bool:
    if re.search(r"(?:cancelled|canceled|scrapped|取消的?)\s*$", left):
        return True
    if not next_follows:
        return bool(re.search(r"(?:instead of|rather than|not|而不是|而非|不是原来的?)\s*$", left))
    if _MOVED_FROM.search(left):
        return True
    moved_on = bool(_MOVED_ON.search(right))
    if _REPLACED_LEFT.search(left) or _FROM.search(left):
        return moved_on
    return moved_on and not re.search(r"(?:改|moved|extended|延)[^,。;]{0,8}$", left)


_VAGUE_LEFT = re.compile(
    r"(?:大概|大约|约莫|(?<![续签合同租解预履邀])约(?!定)(?=[^,。;a-z]{0,2}$)|可能|好像|似乎|"
    r"估计|也许|差不多|应该是|(?<![a-z])(?:about|around|approx(?:imately|\.)?|circa|"
    r"roughly|maybe|perhaps|probably|possibly|sometime|some time|somewhere|i think|i guess|~))"
    r"[^,。;\d]{0,14}$|~\s*$"
)
_VAGUE_RIGHT = re.compile(
    r"^\s*(?:[日号])?(?:之?后?再(?:说|议|看|定)|左右|前后|上下|附近|or so|-?ish|or thereabouts|"
    r"give or take|吧|[?？])"
)
_UNSURE = re.compile(
    r"记不(?:清|住|得)|不(?:太)?确定|没(?:有)?定|未定|待定|还没(?:公布|通知|出)|"
    r"忘了(?:具体|哪|是哪|几)|不清楚(?:具体|哪|几)|"
    r"拿不准|说不准|(?<![a-z])(?:not sure|unsure|tbc|tbd|to be confirmed|to be decided|"
    r"(?:don't|do not|can't|cannot) (?:remember|recall)|forgot (?:when|which|the (?:exact )?date)|"
    r"unconfirmed)"
)


def is_vague(left: str, right: str) -> bool:
    """Whether the words beside a date make it approximate."""
    return bool(_VAGUE_LEFT.search(left) or _VAGUE_RIGHT.search(right))


def is_unsure(s: str) -> bool:
    """Whether the writer says that the date is not known."""
    return bool(_UNSURE.search(s))


_OVER = re.compile(
    r"已(?:经|于)?[^,。;]{0,10}(?:过期|过了(?:有效)?期|过(?:了)?(?:有效|截止)|到期|失效|"
    r"截止|作废|结束|过了)|"
    r"(?:(?:过期|失效|作废|截止|到期|结束|错过)了)|早就?(?:过期|失效|截止)|"
    r"(?<![a-z])(?:expired|lapsed|has passed|overdue|ran out|was due|already (?:closed|ended|over)|"
    r"have expired|closed (?:on|yesterday|last)|ended (?:on|yesterday|last)|missed)"
)
_SOON = re.compile(
    r"快|就要?|马上|将|即将|要(?:过|到|失|作|截)|会(?:过|到|失|作|截)|别|before it|will|"
                   r"unless|if not|about to|soon")  # fmt: skip


def is_over(s: str) -> bool:
    """Whether the text says that the date lies in the past: 已过期, expired."""
    return any(not _SOON.search(s[max(0, m.start() - 8) : m.end()]) for m in _OVER.finditer(s))
