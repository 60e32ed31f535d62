"""Programmes (subsidy, voucher scheme, loan, fund, incubator or community offer) as frozen values.

The values and their validation live here; reading the YAML files is `knowledge.records`.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Kind = Literal[
    "compute_voucher", "data_voucher", "model_voucher", "grant", "rent_subsidy", "workspace",
    "loan", "interest_subsidy", "guarantee", "fund", "tax", "incubator_rule", "community",
    "business_scenario", "talent", "procurement", "registration",
]  # fmt: skip
Status = Literal["active", "draft", "closed", "expired"]
Beneficiary = Literal["founder", "company", "community_operator", "provider"]
Confidence = Literal["high", "medium", "low"]

Topic = Literal[
    "compute", "token", "model", "data", "cloud", "rent", "workspace", "housing", "loan",
    "interest", "guarantee", "fund", "startup", "hiring", "insurance", "scenario", "prize",
    "filing", "rnd", "ip", "training", "talent", "travel", "equipment", "registration", "tax",
    "capital", "reporting", "liability", "community", "event", "service", "procurement", "export",
    "other",
]  # fmt: skip
"""What a benefit is about. `token` is model-API use; `filing` the algorithm or model registration;
`startup` a start-up grant; `service` help in kind; `community` money or goals for communities."""

Role = Literal["support", "target", "rule", "duty", "penalty", "pool"]
"""support: something a person or firm receives or may use; target: a goal the authority set for
itself (1,000 companies by 2028); rule: how something works; duty: what the founder must do;
penalty: what follows if not; pool: the size of a whole fund or budget, nobody's own share."""

_PARTIAL = re.compile(r"^\d{4}(-(0[1-9]|1[0-2])(-\d{2})?)?$")


def _partial_date(text: str) -> str:
    if not _PARTIAL.match(text):
        raise ValueError("a date is YYYY, YYYY-MM or YYYY-MM-DD")
    first_day(text)
    return text


PartialDate = Annotated[str, AfterValidator(_partial_date)]
"""`YYYY-MM-DD`, or `YYYY-MM` / `YYYY` where only that much was published."""


def first_day(partial: str) -> date:
    """The first day a partial date can mean."""
    year, month, day = ([int(p) for p in partial.split("-")] + [1, 1])[:3]
    return date(year, month, day)


def last_day(partial: str) -> date:
    """The last day a partial date can mean."""
    parts = [int(p) for p in partial.split("-")]
    if len(parts) == 3:
        return date(*parts)
    month = parts[1] if len(parts) == 2 else 12
    return date(parts[0], month, calendar.monthrange(parts[0], month)[1])


class Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Text(Value):
    """The same statement in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


class Jurisdiction(Value):
    """Chinese names; None where the level does not apply."""

    country: str = "CN"
    province: str | None = None
    city: str | None = None
    district: str | None = None


class Benefit(Value):
    """One thing a programme gives, asks or aims at."""

    key: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")  # unique within the programme
    item: Text
    topic: Topic
    role: Role = "support"
    payee: Beneficiary | None = None  # None: as the programme's beneficiary
    amount: float | None = None  # fixed
    unit: str | None = None  # "CNY" unless the record states another
    rate: float | None = Field(default=None, ge=0)  # 0.5 = 50 %
    cap: float | None = None  # ceiling, in `unit`
    per: str | None = None  # year, project, loan, ...
    note: Text | None = None


OPERATORS = (
    "eq", "ne", "lt", "le", "gt", "ge", "in", "not_in", "overlaps", "within_months",
    "at_least_months", "contains",
)  # fmt: skip
PROFILE_FIELDS: dict[str, str] = {}  # name -> type; filled below


class Rule(Value):
    """A test on one profile field, or an `all` / `any` of rules.

    `within_months`: the date in `field` lies at most that many months before the day asked about.
    `at_least_months`: it lies at least that many months before that day.
    `overlaps`: the list in `field` shares a member with `value`.
    `contains`: the text in `field` holds `value`.
    `not_in` an empty list always holds: the text itself says that any place will do.
    """

    field: str | None = None
    op: str | None = None
    value: Any = None
    all: tuple[Rule, ...] = ()
    any: tuple[Rule, ...] = ()

    @model_validator(mode="after")
    def _one_form(self) -> Rule:
        forms = [self.field is not None, bool(self.all), bool(self.any)]
        if sum(forms) != 1:
            raise ValueError("a rule is one of: field+op+value, all, any")
        if self.field is not None:
            if self.field not in PROFILE_FIELDS:
                raise ValueError(f"unknown profile field {self.field!r}")
            if self.op not in OPERATORS:
                raise ValueError(f"unknown operator {self.op!r}")
        return self


class Condition(Value):
    """One eligibility condition: its text, and the rule a matcher can evaluate."""

    about: str  # the category in the source record: entity, location, founder, ...
    text: Text
    benefit: str | None = None  # key of the only benefit it limits; None: all
    rule: Rule | None = None  # the part that data can decide
    # Parts the record itself leaves open, such as "program:review_result".
    open: tuple[str, ...] = ()
    # "program:usual_limit": the text says "usually"; the rule met decides, the rule unmet does not
    # "program:supported_groups": likewise; the groups are named elsewhere, a confirmed one decides
    person: Text | None = None  # why a person must judge (what the rule leaves out)

    @model_validator(mode="after")
    def _decidable_or_explained(self) -> Condition:
        if self.rule is None and self.person is None:
            raise ValueError("a condition needs a rule, or the reason why a person must judge")
        return self


class Application(Value):
    """When and how to apply. None means not found, never "no"."""

    window_opens: PartialDate | None = None
    window_closes: PartialDate | None = None
    rolling: bool | None = None
    channel: Text | None = None
    documents: tuple[Text, ...] | None = None
    recurring: Text | None = None
    next_window_opens: PartialDate | None = None
    next_deadline: PartialDate | None = None


class RecordSource(Value):
    """Where a record was read."""

    url: str | None = None
    publisher: str | None = None
    kind: Literal["official", "press", "secondary"]
    published: PartialDate | None = None
    official_url: str | None = None
    also_seen: tuple[str, ...] = ()
    excerpt_seen: bool | None = None
    provenance: str | None = None
    url_note: str | None = None
    seen: PartialDate  # when the source was last read


class Programme(Value):
    """One programme as published, with its source."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    jurisdiction: Jurisdiction
    title: Text
    aliases: tuple[str, ...] = ()  # other names people use, either language
    issuing_body: Text | None = None
    doc_no: str | None = None
    kind: Kind
    status: Status
    beneficiary: Beneficiary
    benefits: tuple[Benefit, ...] = ()
    conditions: tuple[Condition, ...] = ()
    application: Application = Application()
    effective_from: PartialDate | None = None
    effective_until: PartialDate | None = None
    summary: Text
    source: RecordSource
    confidence: Confidence
    caveats: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Programme:
        keys = [b.key for b in self.benefits]
        if len(keys) != len(set(keys)):
            raise ValueError("benefit keys repeat")
        if unknown := {c.benefit for c in self.conditions if c.benefit} - set(keys):
            raise ValueError(f"conditions name unknown benefits: {sorted(unknown)}")
        start, end = self.effective_from, self.effective_until
        if start and end and first_day(start) > last_day(end):
            raise ValueError("effective_from lies after effective_until")
        return self

    def in_force(self, on: date) -> bool:
        """Whether the rule applies on a day; a draft never does."""
        if self.status in {"draft", "expired"} and not self._ended_after(on):
            return False
        if self.effective_from and on < first_day(self.effective_from):
            return False
        return not (self.effective_until and on > last_day(self.effective_until))

    def _ended_after(self, on: date) -> bool:
        """Whether an expired rule was still alive on an earlier day."""
        if self.status != "expired" or not self.effective_until:
            return False
        return on <= last_day(self.effective_until)

    def payee(self, benefit: Benefit) -> Beneficiary:
        return benefit.payee or self.beneficiary


PROFILE_FIELDS.update(
    {
        "province": "text", "city": "text", "district": "text", "industry": "text",
        "ai_core": "bool", "has_agent_or_model_product": "bool", "founded_on": "date",
        "team_size": "number", "legal_form": "choice", "shareholders": "number",
        "shareholder_is_natural_person": "bool", "registered_capital": "number",
        "capital_due_on": "date", "total_assets": "number", "revenue": "number",
        "quarterly_sales": "number", "taxable_income": "number", "vat_taxpayer": "choice",
        "invoice_type": "choice", "cit_assessment": "choice", "restricted_industry": "bool",
        "annual_compute_spend": "number", "annual_model_spend": "number",
        "annual_data_spend": "number", "monthly_compute_and_tool_spend": "number",
        "compute_use": "choice", "compute_provider.registered": "bool",
        "compute_provider.affiliated": "bool", "compute_provider_in_scheme": "bool",
        "rd_spend": "number", "rd_books_separate": "bool", "incubator.name": "text",
        "incubator.level": "choice", "incubator.recognised_by": "text", "incubator": "record",
        "opc_community": "record", "opc_community.name": "text", "opc_community.city": "text",
        "opc_community.district": "text", "opc_community.recognised": "bool",
        "community_selection_passed": "bool", "operates_community": "bool",
        "operates_in_district": "bool", "recognised_by": "list",
        "social_insurance_paid.people": "number", "social_insurance_paid.months": "number",
        "insured_as_employee_elsewhere": "bool", "hired.count": "number",
        "hired.contract_years": "number", "hired.insured_months": "number",
        "hires_last_year.key_group": "number", "hires_last_year.local": "number",
        "postgraduate_interns": "number", "general_employment_conditions_met": "bool",
        "rented_address_is_registered": "bool", "credit_clean": "bool",
        "other_loans_outstanding": "bool", "loan.kind": "text", "loan.issued_on": "date",
        "loan.repaid_on_time": "bool", "other_funding_same_contract": "bool",
        "founder.age": "number", "founder.graduate_year": "number",
        "founder.graduated_on": "date", "founder.student": "bool", "founder.degree": "choice",
        "founder.hukou_city": "text", "founder.groups": "list", "founder.first_business": "bool",
        "founder.has_startup_certificate": "bool", "founder.came_to_tianjin_to_start": "bool",
        "founder.foreign_or_returnee": "bool",
        "operated_community.area_sqm": "number", "operated_community.ai_firms": "number",
        "operated_community.opcs": "number", "operated_community.roadshows_per_year": "number",
        "operated_community.scenarios_per_year": "number",
        "owns_or_licenses_ip": "bool", "targets_overseas_market": "bool",
        "paying_customers": "number", "provides_compute_services": "bool",
        # shares of all staff, worked out from `hires_last_year` and `team_size`
        "hires_last_year.key_group_share": "number", "hires_last_year.local_share": "number",
        "wages_or_insurance_overdue": "bool", "offers_generated_content": "bool",
        "works_with_platform": "bool", "holds_state_compute_voucher": "bool",
        # verified accounts and memberships: tencent_cloud_enterprise, nvidia_inception, ...
        "vendor_accounts": "list", "operates_agent_platform": "bool",
        "in_digital_park_or_themed_town": "bool",
    }
)  # fmt: skip
