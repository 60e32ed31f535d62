"""A handful of invented programmes for tests, small enough to know by heart."""

from __future__ import annotations

from typing import Any

from knowledge.programmes import Programme

_PLACES: dict[str, dict[str, Any]] = {
    "wuhan": {"province": "湖北", "city": "武汉", "district": None},
    "suzhou": {"province": "江苏", "city": "苏州", "district": None},
    "cn": {"province": None, "city": None, "district": None},
}


def programme(name: str, place: str, zh: str, en: str, **changes: Any) -> Programme:
    """A valid programme with one benefit of half the cost up to 200,000 yuan a year."""
    record: dict[str, Any] = {
        "id": name,
        "jurisdiction": {"country": "CN", **_PLACES[place]},
        "title": {"zh": zh, "en": en},
        "issuing_body": {"zh": "市科学技术局", "en": "Municipal Science Bureau"},
        "kind": "compute_voucher",
        "status": "active",
        "beneficiary": "company",
        "benefits": [
            {
                "key": "share",
                "item": {"zh": "费用补贴", "en": "share of cost"},
                "topic": "compute",
                "unit": "CNY",
                "rate": 0.5,
                "cap": 200000,
                "per": "year",
            }
        ],
        "conditions": [
            {
                "about": "entity",
                "text": {"zh": "一人公司", "en": "a one-person company"},
                "person": {"zh": "须审核", "en": "reviewed"},
            }
        ],
        "effective_from": "2026-01-01",
        "effective_until": "2027-12-31",
        "summary": {"zh": f"{zh}补一半费用。", "en": f"{en} pays half of the cost."},
        "source": {"kind": "official", "seen": "2026-11", "url": "https://example.org/rule"},
        "confidence": "high",
    }
    return Programme.model_validate(record | changes)


def samples() -> tuple[Programme, ...]:
    return (
        programme("wuhan-compute", "wuhan", "武汉算力券", "Wuhan compute voucher"),
        programme(
            "suzhou-rent",
            "suzhou",
            "苏州房租补贴",
            "Suzhou rent subsidy",
            kind="rent_subsidy",
            effective_from="2025-01-01",
            effective_until="2025-12",
        ),
        programme(
            "cn-loan",
            "cn",
            "全国创业担保贷款",
            "National start-up loan",
            kind="loan",
            effective_until=None,
            aliases=["创贷宝"],
        ),
        programme("wuhan-draft", "wuhan", "武汉模型券", "Wuhan model voucher", status="draft"),
    )
