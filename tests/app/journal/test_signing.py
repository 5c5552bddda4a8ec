"""Closings sign the journal, with whatever key there is: lost, damaged or kept nowhere, no closing waits for one."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.checkout import sessions as till_sessions
from app.checkout.sessions import SessionService
from app.clock import FixedClock
from app.doctor.service import examine
from app.errors import InvalidInput, NotFound
from app.journal.key_command import change_from_command_line
from app.journal.keys import StoredKeys
from app.journal.signing import Anchor, SigningKey, fingerprint_of, in_groups, message_of, read_anchor
from db.uow import Database
from tests.builders import ShopBuilder, a_shop


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Iterator[ShopBuilder]:
    made = a_shop(database, clock)
    yield made
    report = examine(database)
    assert report.clean, [(finding.name, finding.examples) for finding in report.broken]


def with_keys(shop: ShopBuilder, folder: Path) -> None:
    """As the program does, but for the keyring: that of whoever runs the tests stays as it is."""
    shop.sessions = SessionService(shop.database, shop.clock, StoredKeys(folder, "shop", use_keyring=False))


def a_shift(shop: ShopBuilder) -> Anchor:
    """Close the one that is open, open the next; the closing's anchor."""
    session = shop.till.session_id
    shop.clock.advance(hours=8)
    shop.sessions.close(shop.till, shop.money("100.00"))
    shop.clock.advance(hours=8)
    shop.till = shop.sessions.open(shop.manager, shop.register_ids[0], shop.money("100.00"), request_id=uuid4())
    found = shop.sessions.report(shop.manager, session).anchor
    assert found is not None
    return found


def journal_of(shop: ShopBuilder, *kinds: str) -> list[tuple[int, str, dict[str, object], str]]:
    rows = shop.rows("SELECT sequence, kind, body, hash FROM journal ORDER BY register_id, sequence")
    return [(row[0], row[1], json.loads(row[2]), row[3]) for row in rows if not kinds or row[1] in kinds]


def notes(shop: ShopBuilder) -> tuple[str, ...]:
    return next(finding.notes for finding in examine(shop.database).findings if finding.name == "journal_keys")


def test_a_closing_is_signed_with_a_key_the_journal_names(shop: ShopBuilder, tmp_path: Path) -> None:  # V24
    with_keys(shop, tmp_path)
    first, second = a_shift(shop), a_shift(shop)
    kinds = [row[1] for row in journal_of(shop)]
    assert kinds == ["open", "signing_key", "close", "signature", "open", "close", "signature", "open"]
    (named,) = journal_of(shop, "signing_key")
    key = named[2]["key"]
    assert (named[2]["algorithm"], named[2]["previous"], named[2]["signed_by_previous"]) == ("Ed25519", "", "")
    for anchor, (sequence, _, _, made), number in zip((first, second), journal_of(shop, "close"), (1, 2), strict=True):
        assert (anchor.sequence, anchor.hash, anchor.number) == (sequence, made, number)
        assert anchor.fingerprint == fingerprint_of(str(key))
        # Worked out here without the program's code; raises where it does not hold.
        said = f"regulars journal head 1\n{shop.register_ids[0]}\n{sequence}\n{made}\n{number}".encode()
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(key))).verify(bytes.fromhex(anchor.signature), said)
    assert first.signature != second.signature
    assert notes(shop) == ()


def test_the_key_is_private_and_of_one_register(shop: ShopBuilder, tmp_path: Path) -> None:
    with_keys(shop, tmp_path)
    mine = a_shift(shop)
    other = shop.second_till()
    shop.sessions.close(other, shop.money("0.00"))
    found = shop.sessions.report(shop.manager, other.session_id).anchor
    assert found is not None and found.fingerprint != mine.fingerprint
    names = sorted(path.name for path in tmp_path.glob("*.key"))
    assert names == sorted(f"signing-shop-{one}.key" for one in shop.register_ids)
    assert all(stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600 for name in names)
    said = json.dumps(journal_of(shop))
    assert not any((tmp_path / name).read_text() in said for name in names)


@pytest.mark.parametrize("harm", ["lost", "damaged", "cut short"])
def test_a_lost_key_stops_nothing_and_the_change_is_in_the_journal(
    shop: ShopBuilder, tmp_path: Path, harm: str
) -> None:
    with_keys(shop, tmp_path)
    before = a_shift(shop)
    file = tmp_path / f"signing-shop-{shop.register_ids[0]}.key"
    if harm == "lost":
        file.unlink()
    else:
        file.write_text("no key" if harm == "damaged" else file.read_text()[:20])
    after = a_shift(shop)
    assert after.fingerprint != before.fingerprint
    assert a_shift(shop).fingerprint == after.fingerprint
    changed = journal_of(shop, "signing_key")[-1][2]
    assert (changed["previous"], changed["signed_by_previous"]) == (before.fingerprint, "")
    (note,) = notes(shop)
    assert in_groups(after.fingerprint) in note


def test_where_no_key_can_be_kept_a_passing_one_signs(shop: ShopBuilder, tmp_path: Path) -> None:  # F6: a full disk
    (tmp_path / "a file").write_text("")
    with_keys(shop, tmp_path / "a file" / "below it")
    first, second = a_shift(shop), a_shift(shop)
    assert first.fingerprint == second.fingerprint  # as long as the program runs
    with_keys(shop, tmp_path / "a file" / "below it")
    assert a_shift(shop).fingerprint != first.fingerprint


def test_a_keyring_that_breaks_stops_nothing(
    shop: ShopBuilder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise ZeroDivisionError  # no error a keyring should raise: they do

    monkeypatch.setattr("keyring.get_password", broken)
    shop.sessions = SessionService(shop.database, shop.clock, StoredKeys(tmp_path, "shop"))
    assert a_shift(shop).fingerprint == a_shift(shop).fingerprint


def test_a_key_in_the_keyring_is_found_again_and_changed_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring: dict[tuple[str, str], str] = {}
    monkeypatch.setattr("keyring.get_password", lambda service, name: ring.get((service, name)))
    monkeypatch.setattr("keyring.set_password", lambda service, name, secret: ring.update({(service, name): secret}))
    keys = StoredKeys(tmp_path, "shop")
    first = keys.of(7)
    assert StoredKeys(tmp_path, "shop").of(7).fingerprint == first.fingerprint
    keys.keep(7, b"n" * 32)
    assert StoredKeys(tmp_path, "shop").of(7).fingerprint == SigningKey(b"n" * 32).fingerprint
    assert list(ring) == [("regulars", "signing-shop-7")]
    assert list(tmp_path.iterdir()) == []


def test_a_second_press_signs_once(shop: ShopBuilder, tmp_path: Path) -> None:
    with_keys(shop, tmp_path)
    for _ in range(2):
        shop.sessions.close(shop.till, shop.money("100.00"))
    assert len(journal_of(shop, "signature")) == 1


def test_what_cannot_be_signed_is_not_closed(
    shop: ShopBuilder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One transaction: never a closing without its signature, never a signature without its closing."""
    with_keys(shop, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(till_sessions, "sign_closing", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            shop.sessions.close(shop.till, shop.money("100.00"))
    assert [row[1] for row in journal_of(shop)] == ["open"]
    assert shop.sessions.current(shop.register_ids[0]) is not None
    a_shift(shop)


def test_a_clock_that_was_set_back_parts_no_closing_from_its_signature(
    shop: ShopBuilder, tmp_path: Path
) -> None:  # V28
    with_keys(shop, tmp_path)
    shop.clock.advance(days=-3)
    shop.sessions.close(shop.till, shop.money("100.00"))
    kinds = [row[1] for row in journal_of(shop)]
    assert kinds[-2:] == ["close", "signature"] and "clock_back" in kinds


def test_a_key_is_changed_by_command_and_the_one_before_signs_that(
    shop: ShopBuilder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.journal.key_command.place_of", lambda *_: (tmp_path, "shop"))

    def change(code: str) -> str:
        return change_from_command_line(shop.database, "", code, shop.clock, use_keyring=False)

    with_keys(shop, tmp_path)
    before = a_shift(shop)
    assert change("r1").endswith("signed by the key before.")
    after = a_shift(shop)  # the till that runs takes it up
    assert after.fingerprint != before.fingerprint
    named = journal_of(shop, "signing_key")
    assert len(named) == 2
    old, new = str(named[0][2]["key"]), str(named[1][2]["key"])
    said = f"regulars signing key 1\n{shop.register_ids[0]}\n{new}\n{before.fingerprint}".encode()
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(old)).verify(
        bytes.fromhex(str(named[1][2]["signed_by_previous"])), said
    )
    assert notes(shop) == ()
    assert change("R2").endswith("its first.")
    (tmp_path / f"signing-shop-{shop.register_ids[1]}.key").unlink()
    assert "not on this computer" in change("R2")
    with pytest.raises(NotFound):
        change("R9")


# --- The text on the paper ----------------------------------------------------------------------------------------

KEY = SigningKey(b"k" * 32)
MADE = "0123456789abcdef" * 4
ANCHOR = Anchor("R1", 1, 12, 345, MADE, KEY.fingerprint, KEY.sign(message_of(1, 345, MADE, 12)))


def test_the_text_of_an_anchor_reads_back() -> None:
    text = ANCHOR.text()
    assert text.startswith(f"Z1:R1:1:12:345:{MADE.upper()}:{KEY.fingerprint}:")
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:")  # a QR code's small alphabet
    assert read_anchor(text) == ANCHOR
    assert read_anchor("]Q1" + text) == ANCHOR
    assert read_anchor(f"  {text.lower()[:50]}\n{text[50:90]} {text[90:]}\r\n") == ANCHOR


@pytest.mark.parametrize(
    "text",
    [
        "", "Z1", "hello", "Z2" + ANCHOR.text()[2:], ANCHOR.text()[:-1], ANCHOR.text() + "A", ANCHOR.text()[:-2] + "1!",
        ANCHOR.text().replace(":12:", ":0:"), ANCHOR.text().replace(":12:", ":٣:"),
        ANCHOR.text().replace(":345:", "::"), ANCHOR.text().replace(":345:", ":-5:"),
        ANCHOR.text().replace(MADE.upper(), MADE.upper()[1:]),
        ANCHOR.text().replace(KEY.fingerprint, "A"), ANCHOR.text() + ":", "Z1:::::::", "Z1:R1:1:12:345:" + "0" * 9999,
    ],
)  # fmt: skip
def test_a_text_that_is_none_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InvalidInput, match="code"):
        read_anchor(text)
