"""More records in the form of the public ones; what each must give stands in the standards, not in our answer.

5901234123457, 96385074, 036000291452, 38425876095074 and 07032069804988 are right numbers of the public records;
UPC-E 123450 is UPC-A 012000003455 there.
"""

from __future__ import annotations

from typing import Any

import pytest

from app.scenarios.barcodes import play

EAN13 = {"valid": True, "type": "EAN-13", "gtin14": "05901234123457"}
EAN8 = {"valid": True, "type": "EAN-8", "gtin14": "00000096385074"}
UPC_A = {"valid": True, "type": "UPC-A", "gtin14": "00036000291452"}
UPC_E = {"valid": True, "type": "UPC-E", "upc_a": "012000003455", "gtin14": "00012000003455"}
CASE = {"valid": True, "type": "GTIN-14", "gtin14": "38425876095074"}


def gs1(*fields: tuple[str, str]) -> dict[str, Any]:
    return {"valid": True, "type": "GS1", "fields": [list(field) for field in fields]}


def refused(reason: str) -> dict[str, Any]:
    return {"valid": False, "reason": reason}


ARTICLE = ("01", "07032069804988")

PLAIN: list[tuple[str, dict[str, Any]]] = [
    ("5901234123457", EAN13),
    ("5901234123457\r\n", EAN13),
    ("  5901234123457 ", EAN13),
    ("05901234123457", EAN13),  # fourteen digits, padded
    ("00000096385074", EAN8),
    ("000096385074", EAN8),  # twelve
    ("036000291452", UPC_A),
    ("0036000291452", UPC_A),
    ("00036000291452", UPC_A),
    ("38425876095074", CASE),
    ("]I138425876095074", CASE),
    ("]E496385074", EAN8),
    ("]E00036000291452", UPC_A),
    ("]E05901234123457\r", EAN13),
    ("5901234123450", refused("check_digit")),
    ("96385070", refused("check_digit")),  # nor a UPC-E, which begins with 0 or 1
    ("036000291453", refused("check_digit")),
    ("38425876095070", refused("check_digit")),
    ("]E05901234123450", refused("check_digit")),
    ("]E496385070", refused("check_digit")),
    ("590123412345", refused("check_digit")),  # a digit lost leaves the form of a UPC-A
    ("59012341234", refused("length")),
    ("590123412345712", refused("length")),
    ("1", refused("length")),
    ("123450", refused("length")),  # six digits are a UPC-E only when the reader says so
    ("9" * 3000, refused("length")),
    ("", refused("empty")),
    (" \t\r\n", refused("empty")),
    ("\uff15\uff19\uff10\uff11\uff12\uff13\uff14\uff11\uff12\uff13\uff14\uff15\uff17", refused("characters")),  # wide
    ("\u0665\u0669\u0660\u0661\u0662\u0663\u0664\u0661\u0662\u0663\u0664\u0665\u0667", refused("characters")),  # Arabic
    ("5901234123457\u200b", refused("characters")),
    ("\ufeff5901234123457", refused("characters")),
    ("\x005901234123457", refused("characters")),
    ("5901234123457\n5901234123457", refused("characters")),
    ("59O1234123457", refused("characters")),  # the letter O
    ("+5901234123457", refused("characters")),
    ("5901234123457.0", refused("characters")),  # a spreadsheet's number
    ("5,90123E+12", refused("characters")),
    ("]E0590123412345X", refused("characters")),
    ("]Z", refused("syntax")),
    ("00000000", refused("reserved")),
    ("00000000000000", refused("reserved")),
    ("0107032069804988", gs1(ARTICLE)),  # a reader that does not say GS1, and a right check digit in AI 01
    ("]C1" + "0107032069804988" + "10abc\x1d21xyz", gs1(ARTICLE, ("10", "abc"), ("21", "xyz"))),
    ("]d2" + "0107032069804988" + "10abc\x1d21xyz\x1d", gs1(ARTICLE, ("10", "abc"), ("21", "xyz"))),
    ("]Q3" + "0107032069804988", gs1(ARTICLE)),
    ("]C1", refused("empty")),
    # Euro coupons: 981 holds one decimal, 982 two. Check digits by hand:
    # 9+1+2+4+2+0 odd places 9,1,2,4,0,0 = 16; even 8,1,3,0,1,2 = 15 x 3 = 45; 61 makes 9.
    ("9811234001029", {"valid": True, "type": "EUR-coupon-EAN-13", "issuer": "9811234", "reference": "00",
                       "coupon_value": "10.20"}),
    # odd 9,2,2,4,0,0 = 17; even 8,1,3,0,1,2 = 15 x 3 = 45; 62 makes 8.
    ("9821234001028", {"valid": True, "type": "EUR-coupon-EAN-13", "issuer": "9821234", "reference": "00",
                       "coupon_value": "1.02"}),
    ("9811234001028", refused("check_digit")),
]  # fmt: skip

MESSAGES: list[tuple[str, dict[str, Any]]] = [
    ("(01)07032069804988(3103)001250(15)261231", gs1(ARTICLE, ("3103", "001250"), ("15", "261231"))),
    ("0107032069804988310300125015261231", gs1(ARTICLE, ("3103", "001250"), ("15", "261231"))),
    ("\x1d\x1d0107032069804988\x1d10A\x1d\x1d", gs1(ARTICLE, ("10", "A"))),
    ("10A\x1d0107032069804988", gs1(("10", "A"), ARTICLE)),
    ("100107032069804988", gs1(("10", "0107032069804988"))),  # no separator: all of it is the lot
    ("(10)a-b/C.d", gs1(("10", "a-b/C.d"))),
    ("(17)260200", gs1(("17", "260200"))),  # day 00: the month's last
    ("(17)260229", refused("date")),  # 2026 is no leap year
    ("(17)240229", gs1(("17", "240229"))),
    ("(11)261301", refused("date")),
    ("(7003)2612312359", gs1(("7003", "2612312359"))),
    ("(7003)2612312400", refused("date")),
    ("(30)12345678", gs1(("30", "12345678"))),
    ("(30)123456789", refused("length")),
    ("(90)" + "A" * 30, gs1(("90", "A" * 30))),
    ("(90)" + "A" * 31, refused("length")),
    ("(99)" + "A" * 91, refused("length")),
    ("(01)07032069804989", refused("check_digit")),
    ("(01)0703206980498", refused("length")),
    ("(01)0703206980498A", refused("characters")),
    ("(10)\u00e9", refused("characters")),
    ("(10)", refused("empty_value")),
    ("(10)(01)07032069804988", refused("empty_value")),
    ("(05)1", refused("unknown_ai")),
    ("051", refused("unknown_ai")),
    ("(10)A)(", refused("syntax")),
    ("(10", refused("syntax")),
    ("(00)340123453111111115", gs1(("00", "340123453111111115"))),
    ("(00)340123453111111116", refused("check_digit")),
    ("(8006)070320698049880102", gs1(("8006", "070320698049880102"))),
    ("(8006)070320698049880301", refused("piece_number")),
    ("(01)07032069804988(10)A(10)B", refused("combination")),
    ("(01)07032069804988(10)A(10)A", gs1(ARTICLE, ("10", "A"), ("10", "A"))),
    ("(3922)1299", gs1(("3922", "1299"))),
    ("(3932)9781299", gs1(("3932", "9781299"))),
    ("(8111)0010", gs1(("8111", "0010"))),
    ("\x1d", refused("empty")),
]  # fmt: skip

HINTED: list[tuple[str, str, dict[str, Any]]] = [
    ("123450", "UPC-E", UPC_E),
    ("0123450", "UPC-E", UPC_E),
    ("01234505", "UPC-E", UPC_E),
    ("01234505", "upc-e", UPC_E),
    ("01234506", "UPC-E", refused("check_digit")),
    ("96385074", "EAN-8", EAN8),
    ("12345670", "EAN-8", {"valid": True, "type": "EAN-8", "gtin14": "00000012345670"}),
    ("12345670", "UPC-E", {"valid": True, "type": "UPC-E", "upc_a": "123456000070", "gtin14": "00123456000070"}),
    ("0107032069804988", "GS1-128", gs1(ARTICLE)),
]


@pytest.mark.parametrize(("sent", "expect"), PLAIN, ids=[repr(sent)[:40] for sent, _ in PLAIN])
def test_what_a_reader_sends(sent: str, expect: dict[str, Any]) -> None:
    check({"input": sent, "context": "plain_scan", "expect": expect})


@pytest.mark.parametrize(("sent", "expect"), MESSAGES, ids=[repr(sent)[:40] for sent, _ in MESSAGES])
def test_a_gs1_message(sent: str, expect: dict[str, Any]) -> None:
    check({"input": sent, "context": "gs1_message", "expect": expect})


@pytest.mark.parametrize(("sent", "hint", "expect"), HINTED)
def test_what_the_reader_says_of_it(sent: str, hint: str, expect: dict[str, Any]) -> None:
    check({"input": sent, "context": "plain_scan", "symbology_hint": hint, "expect": expect})


def check(record: dict[str, Any]) -> None:
    played = play({"id": "V", **record})
    assert played.differences == [], played.actual
