"""A trial's report as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from publish.check.model import CheckReport


def check_json(report: CheckReport) -> str:
    """The whole report, worst outlet first; it ends with a line end."""
    outlets = [
        asdict(outlet) | {"remarks": [asdict(remark) for remark in outlet.remarks()]} for outlet in report.worst_first()
    ]
    told = asdict(report) | {
        "verdicts": {verdict.value: count for verdict, count in report.verdicts().items()},
        "faults": dict(report.fault_counts()),
        "outlets": outlets,
    }
    return json.dumps(told, ensure_ascii=False, indent=2, default=_plain) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} has no form in JSON")
