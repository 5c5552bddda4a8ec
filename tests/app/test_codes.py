"""Codes: random enough, check symbol, typed input, hash, mask and the sealed copy."""

from __future__ import annotations

import stat
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import codes
from app.codekeys import CodeVault, hand_on, name_beside, open_vault

bodies = st.text(codes.ALPHABET, min_size=codes.RANDOM_SYMBOLS, max_size=codes.RANDOM_SYMBOLS)


def with_check(body: str) -> str:
    return body + codes.check_symbol(body)


def test_fifteen_symbols_of_thirty_two_are_seventy_five_bits() -> None:
    assert len(set(codes.ALPHABET)) == 32
    assert not set("ILOU") & set(codes.ALPHABET)
    assert codes.RANDOM_SYMBOLS * 5 >= 75


def test_many_codes_are_all_different_and_every_place_uses_every_symbol_alike() -> None:
    many = [codes.generate() for _ in range(20_000)]
    assert len(set(many)) == len(many)
    assert all(codes.is_made(code) for code in many)
    for place in range(codes.CODE_LENGTH):
        counts = Counter(code[place] for code in many)
        assert set(counts) == set(codes.ALPHABET)
        # 20,000 / 32 = 625 each; chi-square with 31 degrees of freedom passes 90 once in ten million tries
        assert sum((seen - 625) ** 2 / 625 for seen in counts.values()) < 90


@pytest.mark.slow
def test_ten_million_codes_have_no_twin() -> None:
    import hashlib

    seen = set()
    for _ in range(10_000_000):
        seen.add(hashlib.blake2b(codes.generate().encode(), digest_size=10).digest())
    assert len(seen) == 10_000_000


@given(bodies, st.integers(0, 15), st.integers(1, 31))
def test_any_single_wrong_symbol_shows(body: str, place: int, shift: int) -> None:
    good = with_check(body)
    wrong = codes.ALPHABET[(codes.ALPHABET.index(good[place]) + shift) % 32]
    assert not codes.is_made(good[:place] + wrong + good[place + 1 :])
    assert codes.looks_mistyped(good[:place] + wrong + good[place + 1 :])


@given(bodies, st.integers(0, 15), st.integers(0, 15))
def test_any_two_symbols_swapped_show(body: str, first: int, second: int) -> None:
    symbols = list(with_check(body))
    symbols[first], symbols[second] = symbols[second], symbols[first]
    swapped = "".join(symbols)
    assert codes.is_made(swapped) == (swapped == with_check(body))


@given(bodies)
def test_typed_in_any_usual_way_it_is_the_same_code(body: str) -> None:
    code = with_check(body)
    typed = codes.grouped(code).lower().replace("0", "o").replace("1", "l").replace("v", "u")
    spaced = f"  {code[:4]} {code[4:8]}–{code[8:]} "
    assert codes.normalise(typed) == code == codes.normalise(spaced)
    assert codes.hash_of(typed) == codes.hash_of(code)


def test_a_pre_printed_number_keeps_its_letters() -> None:
    assert codes.hash_of("CARD-O1") != codes.hash_of("CARD-01")
    assert codes.hash_of("card 01") == codes.hash_of("CARD-01")
    assert codes.hash_of("SUMMER10") == codes.hash_of(" summer 10 ")  # noqa: RUF100


@pytest.mark.parametrize("nonsense", ["", "   ", "---", "x" * 10_000])
def test_what_cannot_be_a_code_has_no_hash(nonsense: str) -> None:
    assert codes.hash_of(nonsense) == ""


def test_the_hash_is_not_the_code_and_the_mask_shows_four() -> None:
    code = codes.generate()
    assert code not in codes.hash_of(code)
    assert len(codes.hash_of(code)) == 64
    assert codes.mask(codes.last_four(code)) == f"•••• {code[-4:]}"


def test_a_sealed_copy_opens_under_its_key_and_purpose_only() -> None:
    vault, other = CodeVault(b"k" * 32), CodeVault(b"o" * 32)
    code = codes.generate()
    sealed = vault.seal(code, "gift_card")
    assert code.encode() not in sealed
    assert vault.open(sealed, "gift_card") == code
    assert vault.open(sealed, "coupon") is None
    assert other.open(sealed, "gift_card") is None  # a lost key costs the reprint, nothing else
    assert vault.open(None, "gift_card") is None
    assert vault.seal(code, "gift_card") != sealed


def test_the_key_file_is_private_and_found_again(tmp_path: Path) -> None:
    code = codes.generate()
    sealed = open_vault(tmp_path, use_keyring=False).seal(code, "coupon")
    file = tmp_path / "codes.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert open_vault(tmp_path, use_keyring=False).open(sealed, "coupon") == code


def test_a_damaged_key_file_is_put_aside_and_a_new_key_made(tmp_path: Path) -> None:
    (tmp_path / "codes.key").write_text("half a key")
    vault = open_vault(tmp_path, use_keyring=False)
    assert vault.open(vault.seal("X", "coupon"), "coupon") == "X"
    assert (tmp_path / "codes.key.damaged").read_text() == "half a key"


def test_a_copy_of_a_shop_opens_the_codes_of_the_first(tmp_path: Path) -> None:
    shop, copy = tmp_path / "shop.db", tmp_path / "elsewhere" / "restored.db"
    copy.parent.mkdir()
    sealed = open_vault(shop.parent, name_beside(shop), use_keyring=False).seal("GC-1", "gift_card")
    hand_on(shop, copy)
    assert open_vault(copy.parent, name_beside(copy), use_keyring=False).open(sealed, "gift_card") == "GC-1"
    hand_on(tmp_path / "other.db", copy)  # one that it has stays
    assert open_vault(copy.parent, name_beside(copy), use_keyring=False).open(sealed, "gift_card") == "GC-1"
    assert (copy.parent / "codes-restored.key").stat().st_mode & 0o077 == 0
