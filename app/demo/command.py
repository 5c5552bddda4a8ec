"""`regulars demo`: the builder with a line of progress, and what to try afterwards."""

from __future__ import annotations

import argparse
from typing import TextIO

from app.demo.builder import build_demo, now_as_date
from app.demo.plan import DemoBuilt, DemoPlan


def build_from_command_line(url: str, options: argparse.Namespace, out: TextIO) -> int:
    from app.console import progress_line

    plan = DemoPlan(
        until=now_as_date(),
        customers=options.customers,
        sales=options.sales,
        products=options.products or 240,
        seed=options.seed,
    )
    print_built(build_demo(url, plan, progress=progress_line(out)), out)
    return 0


def print_built(built: DemoBuilt, out: TextIO) -> None:
    print(
        f"Made {built.products:,} products, {built.customers:,} customers, {built.sales:,} sales and "
        f"{built.returns:,} returns in {built.seconds:.1f} s.",
        file=out,
    )
    print(f"Open it with: regulars --db {built.url}", file=out)
    print("Sign in with a PIN:", file=out)
    for name, role, pin in built.pins[:3]:
        print(f"  {pin}  {name} ({role})", file=out)
    print("Coupons: " + ", ".join(word for word, _ in built.coupons), file=out)
    print("Cards to try:", file=out)
    for words, code in built.cards:
        print(f"  {code}  {words}", file=out)
    if built.long_history_customer is not None:
        print(f"Customer {built.long_history_customer} has the longest history.", file=out)
