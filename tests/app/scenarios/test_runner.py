"""`regulars scenarios`: what it prints, its exit status, and what it says to a file that is not in form."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from app.scenarios import runner
from app.scenarios.runner import main

DATA = Path(__file__).parents[2] / "data" / "scenarios"

GOOD: dict[str, Any] = {
    "id": "X1",
    "currency": "EUR",
    "tax": {"mode": "none"},
    "products": [{"sku": "A", "price": "10.00"}],
    "promotions": [{"id": "P", "kind": "percent", "value": "10"}],
    "basket": [{"sku": "A", "qty": 1}],
    "expected": {"subtotal": "10.00", "discount": "1.00", "tax": "0", "total": "9.00", "applied_promotions": ["P"]},
}


def run(*paths: Path) -> tuple[int, list[dict[str, Any]], str]:
    out, err = io.StringIO(), io.StringIO()
    status = main([str(path) for path in paths], out, err)
    return status, [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


def written(tmp_path: Path, *records: Any) -> Path:
    path = tmp_path / "records.json"
    path.write_text(json.dumps(list(records)), encoding="utf-8")
    return path


def changed(**changes: Any) -> dict[str, Any]:
    return {**GOOD, **changes}


@pytest.mark.parametrize("name", ["promotions", "own_promotions", "giftcards", "barcodes"])
def test_every_record_matches(name: str) -> None:
    status, lines, _ = run(DATA / f"{name}.json")
    count = len(json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")))
    assert [line for line in lines[:-1] if line["verdict"] != "match"] == []
    assert lines[-1] == {"summary": {"match": count, "differs": 0, "unsupported": 0, "error": 0}}
    assert status == 0


@pytest.mark.parametrize(("name", "verdicts"), [("loyalty", {"match", "unsupported"}), ("rfm", {"unsupported"})])
def test_what_the_product_does_not_have_is_named(name: str, verdicts: set[str]) -> None:
    status, lines, _ = run(DATA / f"{name}.json")
    assert status == 0
    assert {line["verdict"] for line in lines[:-1]} == verdicts
    assert all(line["why"] for line in lines[:-1] if line["verdict"] == "unsupported")


def test_a_line_has_the_fields_of_the_format(tmp_path: Path) -> None:
    status, lines, _ = run(written(tmp_path, GOOD))
    assert status == 0
    assert set(lines[0]) == {"id", "verdict", "expected", "actual", "differences"}
    assert lines[0]["actual"]["total"] == "9.00"


def test_a_difference_names_its_path_and_fails(tmp_path: Path) -> None:
    wrong = changed(expected={**GOOD["expected"], "total": "8.99", "applied_promotions": ["Q"]})
    status, lines, _ = run(written(tmp_path, wrong))
    assert (status, lines[0]["verdict"]) == (1, "differs")
    assert lines[0]["differences"] == ["total", "applied_promotions[0]"]


def test_a_difference_of_one_products_own_choice_is_reported_and_fails_nothing(tmp_path: Path) -> None:
    wrong = changed(idiosyncratic=True, expected={**GOOD["expected"], "total": "8.99"})
    status, lines, _ = run(written(tmp_path, wrong))
    assert (status, lines[-1]["summary"]["differs"]) == (0, 1)


def test_a_tolerance_is_allowed_for(tmp_path: Path) -> None:
    near = changed(expected={**GOOD["expected"], "total": "8.99"}, tolerance="0.01")
    assert run(written(tmp_path, near))[0] == 0


def test_line_shares_bind_unless_noted(tmp_path: Path) -> None:
    two = changed(
        products=[{"sku": "A", "price": "0.05"}, {"sku": "B", "price": "0.05"}],
        basket=[{"sku": "A", "qty": 1}, {"sku": "B", "qty": 1}],
        expected={"discount": "0.01", "line_discounts": ["0.00", "0.01"]},
    )
    assert run(written(tmp_path, two))[1][0]["differences"] == ["line_discounts[0]", "line_discounts[1]"]
    noted = {**two, "expected": {**two["expected"], "line_discounts_note": "only the sum binds"}}
    assert run(written(tmp_path, noted))[0] == 0


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (changed(promotions=[{"id": "P", "kind": "wheel_of_fortune"}]), "promotions[].kind 'wheel_of_fortune'"),
        (changed(actions=[{"op": "dance"}]), "the action 'dance'"),
        (changed(rules={"combine": "worst_one"}), "rules.combine 'worst_one'"),
        (changed(tax={"mode": "compound"}), "tax.mode 'compound'"),
    ],
)
def test_what_is_not_known_is_unsupported_not_wrong(tmp_path: Path, record: dict[str, Any], why: str) -> None:
    status, lines, _ = run(written(tmp_path, record))
    assert (status, lines[0]["verdict"], lines[0]["why"]) == (0, "unsupported", why)


def test_a_crash_is_the_records_verdict_and_the_rest_is_played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    played = runner._player

    def breaking(kind: str) -> Any:
        def play(record: Any) -> Any:
            if record["id"] == "BAD":
                raise ZeroDivisionError("made to fail")
            return played(kind)(record)

        return play

    monkeypatch.setattr(runner, "_player", breaking)
    status, lines, _ = run(written(tmp_path, changed(id="BAD"), GOOD))
    assert (status, [line["verdict"] for line in lines[:-1]]) == (1, ["error", "match"])
    assert "made to fail" in lines[0]["why"]


@pytest.mark.parametrize(
    "record",
    [
        changed(tax={"mode": "exclusive", "rates": {"t": "-1"}}, products=[{"sku": "A", "price": "1", "tax": "t"}]),
        changed(basket=[{"sku": "A", "qty": 10**12}]),
        changed(products=[{"sku": "A", "price": "-1.00"}]),
    ],
)
def test_a_value_that_no_shop_takes_is_the_records_verdict(tmp_path: Path, record: dict[str, Any]) -> None:
    status, lines, _ = run(written(tmp_path, record, GOOD))
    assert (status, [line["verdict"] for line in lines[:-1]]) == (1, ["error", "match"])


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (changed(basket="A"), "record X1 (number 1): field basket: must be a list"),
        ({key: value for key, value in GOOD.items() if key != "expected"}, "field expected: is missing"),
        (changed(products=[{"sku": "A", "price": "ten"}]), "field products[0].price: must be a decimal number"),
        (changed(products=[{"sku": "A", "price": "NaN"}]), "field products[0].price: must be a decimal number"),
        (changed(products=[{"sku": "A", "price": "1e30"}]), "field products[0].price: must be a decimal number"),
        (changed(basket=[{"sku": "A", "qty": True}]), "field basket[0].qty: must be a decimal number"),
        (changed(basket=[{"sku": "Z", "qty": 1}]), "'Z' is not among the products"),
        (changed(now="tomorrow"), "field now: must be an ISO date"),
        (changed(promotions=[{"id": "P"}]), "field promotions[0].kind: is missing"),
        (changed(promotions=[{"id": "P", "kind": "percent"}]), "promotion P: field value: is missing"),
        (changed(promotions=[{"id": "P", "kind": "bogo"}]), "promotion P: field buy: is missing"),
        (changed(promotions=[{"id": "P", "kind": "tiered_fixed"}]), "promotion P: field tiers: is missing"),
        (changed(expected=[]), "field expected: must be an object"),
        (changed(id=7), "field id: must be text"),
        ({"id": "X1"}, "its kind cannot be told"),
        (3, "record 1: must be an object"),
    ],
)
def test_a_malformed_record_is_named_with_its_field(tmp_path: Path, record: Any, told: str) -> None:
    status, lines, err = run(
        written(tmp_path, GOOD, record) if told.startswith("rubbish") else written(tmp_path, record)
    )
    assert (status, lines) == (2, [])
    assert told in err
    assert "Traceback" not in err


@pytest.mark.parametrize("content", [b"{", b"[{]", b"\xff\xfe", b"{}", b'[{"id": NaN}]', b"[" * 100_000])
def test_a_file_that_is_no_list_of_records(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(content)
    status, lines, err = run(path)
    assert (status, lines) == (2, [])
    assert str(path) in err


def test_a_missing_file(tmp_path: Path) -> None:
    status, _, err = run(tmp_path / "none.json")
    assert (status, "cannot be read" in err) == (2, True)


def test_no_verdict_is_printed_when_a_later_file_is_malformed(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("[1]", encoding="utf-8")
    assert run(written(tmp_path, GOOD), broken)[:2] == (2, [])


def test_a_field_that_the_format_does_not_describe_is_named_once(tmp_path: Path) -> None:
    odd = changed(mood="good", promotions=[{"id": "P", "kind": "percent", "value": "10", "colour": "red"}])
    status, _, err = run(written(tmp_path, odd, odd))
    assert status == 0
    assert err.count("promotions: mood") == 1
    assert err.count("promotions: promotions[].colour") == 1
