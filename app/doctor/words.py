"""The doctor's report in words, or as JSON for other programs."""

from __future__ import annotations

import json
from typing import TextIO

from app.doctor.model import Report


def print_findings(report: Report, out: TextIO, *, as_json: bool = False) -> None:
    if as_json:
        json.dump(_plain(report), out, ensure_ascii=False, indent=1, default=str)
        out.write("\n")
        return
    for finding in report.findings:
        mark = "BROKEN" if finding.broken else "ok"
        print(f"{mark:>6}  {finding.count:>6}  {finding.rule:<4} {finding.name}", file=out)
        if finding.broken:
            print(f"        {finding.says}:", file=out)
            for example in finding.examples:
                words = ", ".join(f"{name} {value}" for name, value in example.items())
                print(f"          {words}", file=out)
        for note in finding.notes:
            print(f"        {note}", file=out)
    broken = len(report.broken)
    verdict = "Everything holds" if not broken else f"{broken} rule{'s' if broken > 1 else ''} broken"
    print(f"{verdict}: {len(report.findings)} rules checked in {report.seconds:.1f} s.", file=out)


def _plain(report: Report) -> dict[str, object]:
    return {
        "clean": report.clean,
        "revision": report.revision,
        "seconds": round(report.seconds, 3),
        "journal_heads": report.heads,
        "findings": [
            {
                "name": finding.name,
                "rule": finding.rule,
                "count": finding.count,
                "says": finding.says,
                "examples": list(finding.examples),
                "notes": list(finding.notes),
                "seconds": round(finding.seconds, 3),
            }
            for finding in report.findings
        ],
    }
