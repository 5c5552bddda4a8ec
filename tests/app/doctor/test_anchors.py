"""What was kept outside the shop proves what the shop's own data cannot: that nothing was cut off or put back (F55)."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from app import cli
from app.backup.model import MANIFEST, BackupDamaged
from app.backup.restore import restore
from app.backup.service import BackupService, look_into
from app.checkout.sessions import SessionService
from app.clock import FixedClock
from app.doctor.anchors import check_backup, check_paper
from app.doctor.service import examine
from app.journal.signing import Anchor, SigningKey, fingerprint_of, in_groups, key_body, read_anchor, signature_body
from app.money import Money
from app.staff.model import with_all_rights
from db.schema import open_shop
from db.uow import Database
from tests.app.doctor.forging import Forged
from tests.app.doctor.test_signatures import asked
from tests.builders import ShopBuilder, a_shop

MALLORY = SigningKey(b"m" * 32)


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> ShopBuilder:
    made = a_shop(database, clock)
    made.product("Oil", "10.00")
    return made


def a_shift(shop: ShopBuilder, sales: int = 1) -> Anchor:
    """Sell, close, open the next; what the Z report carries."""
    session = shop.till.session_id
    for _ in range(sales):
        shop.clock.advance(minutes=5)
        shop.sell("Oil")
    shop.sessions.close(shop.till, shop.money("100.00"))
    shop.clock.advance(hours=12)
    shop.till = shop.sessions.open(shop.manager, shop.register_ids[0], shop.money("100.00"), request_id=uuid4())
    found = shop.sessions.report(shop.manager, session).anchor
    assert found is not None
    return found


def forge(shop: ShopBuilder, keep: int) -> None:
    """Cut the journal behind this entry, and let the register remember that end."""
    with shop.database.write() as uow:
        forged = Forged(uow.connection, shop.register_ids[0])
        del forged.rows[keep:]
        forged.store()
        uow.commit()


def test_papers_of_a_sound_shop_hold(shop: ShopBuilder) -> None:
    papers = [a_shift(shop), a_shift(shop, 2), a_shift(shop, 0)]
    for paper in papers:
        verdict = check_paper(shop.database, paper.text())
        assert verdict.good, verdict.sentence
        assert f"entry {paper.sequence} (Z {paper.number} on this paper)" in verdict.sentence
        assert in_groups(paper.fingerprint) in verdict.sentence
        assert check_paper(shop.database, f"Journal {in_groups(paper.hash)}").good  # as it is printed above the code


def test_a_cut_tail_is_sound_to_itself_and_found_by_the_paper(shop: ShopBuilder) -> None:  # F55
    first, second = a_shift(shop), a_shift(shop)
    forge(shop, keep=first.sequence + 1)  # with its signature
    with shop.database.read() as uow:
        assert "journal" not in asked(uow.connection) and "journal_signed" not in asked(uow.connection)
    assert check_paper(shop.database, first.text()).good
    verdict = check_paper(shop.database, second.text())
    assert not verdict.good
    assert f"ends at entry {first.sequence + 1}, before entry {second.sequence}" in verdict.sentence
    assert "cut off" in verdict.sentence
    assert "signed with this register's key" in verdict.sentence  # the paper itself is genuine
    assert not check_paper(shop.database, second.hash).good


def test_a_shop_put_back_and_sold_on_is_found_by_the_paper(
    sqlite_db: Database, clock: FixedClock, tmp_path: Path
) -> None:  # F55: the whole file, no row of which was changed
    shop = a_shop(sqlite_db, clock)
    shop.product("Oil", "10.00")
    first = a_shift(shop)
    kept = tmp_path / "kept.db"
    sqlite_db.checkpoint()
    shutil.copyfile(str(sqlite_db.file), kept)
    second = a_shift(shop, 3)
    back = Database.connect(str(kept))
    assert examine(back).clean
    assert not check_paper(back, second.text()).good
    actor = with_all_rights(shop.manager.staff_id, "Grace")
    sessions = SessionService(back, clock)
    till = sessions.context(actor, shop.register_ids[0])
    for _ in range(3):  # on, beyond the entry on the paper
        sessions.close(till, Money(10_000, "USD"))
        till = sessions.open(actor, shop.register_ids[0], Money(10_000, "USD"), request_id=uuid4())
    assert examine(back).clean
    assert check_paper(back, first.text()).good
    verdict = check_paper(back, second.text())
    assert not verdict.good
    assert "says something else at entry" in verdict.sentence and "went on from there" in verdict.sentence
    back.close()


def test_a_journal_made_anew_with_another_key_is_found_by_the_paper(shop: ShopBuilder) -> None:  # F55
    """Everything from the first closing on: hashes, keys and signatures all fit each other."""
    paper = a_shift(shop)

    def sign_anew(row: dict[str, object]) -> None:
        if row["kind"] == "signature":
            closing = forged.rows[int(str(row["sequence"])) - 2]
            body = signature_body(forged.register_id, MALLORY, closing["sequence"], closing["hash"], 1)
            forged.say(row, **body)

    with shop.database.write() as uow:
        forged = Forged(uow.connection, shop.register_ids[0])
        forged.say(forged.first("open"), float=1)
        forged.say(forged.first("signing_key"), **key_body(forged.register_id, MALLORY, "", None))
        forged.chained(sign_anew).store()
        assert asked(uow.connection) == {}
        uow.commit()
    verdict = check_paper(shop.database, paper.text())
    assert not verdict.good
    assert "rewritten" in verdict.sentence and "No key that this journal names" in verdict.sentence


def test_a_row_changed_before_the_paper_is_named(shop: ShopBuilder) -> None:
    paper = a_shift(shop)
    with shop.database.write() as uow:
        forged = Forged(uow.connection, shop.register_ids[0])
        forged.say(forged.rows[1], total=1)  # its hash stays as it was
        forged.store()
        uow.commit()
    verdict = check_paper(shop.database, paper.text())
    assert (verdict.good, "does not hold at entry 2" in verdict.sentence) == (False, True)


def test_a_paper_that_is_not_genuine_proves_nothing(shop: ShopBuilder) -> None:
    paper = a_shift(shop)
    another_number = replace(paper, number=7)
    by_mallory = replace(paper, signature=MALLORY.sign(paper.message))
    with_his_key = replace(by_mallory, fingerprint=fingerprint_of(MALLORY.public_key))
    for wrong in (another_number, by_mallory, with_his_key):
        verdict = check_paper(shop.database, wrong.text())
        assert not verdict.good
        assert "mistyped" in verdict.sentence
    verdict = check_paper(shop.database, replace(paper, register_id=4711, code="R9").text())
    assert (verdict.good, "another shop" in verdict.sentence) == (False, True)


# --- Backups ------------------------------------------------------------------------------------------------------


@pytest.fixture
def backup(shop: ShopBuilder, tmp_path: Path) -> Iterator[Path]:
    a_shift(shop)
    yield BackupService(shop.database, shop.clock).make(tmp_path / "kept.regulars").path


def test_a_backup_holds_the_signed_heads(shop: ShopBuilder, backup: Path) -> None:  # V24
    first, second = look_into(backup).registers
    anchor = read_anchor(first.anchor)
    assert (anchor.register_id, anchor.number, anchor.code) == (shop.register_ids[0], 1, "R1")
    assert anchor.sequence < first.journal_sequence  # the next shift was opened since
    assert second.anchor == ""
    assert all(verdict.good for verdict in check_backup(shop.database, backup))


def test_a_tail_cut_after_the_last_closing_is_found_by_the_backup(shop: ShopBuilder, backup: Path) -> None:  # F55
    (first, _) = look_into(backup).registers
    forge(shop, keep=first.journal_sequence - 1)
    assert check_paper(shop.database, first.anchor).good  # no paper reaches so far
    (verdict,) = check_backup(shop.database, backup)
    assert not verdict.good
    assert "this backup of" in verdict.sentence


def _with_head(backup: Path, target: Path, **changes: object) -> Path:
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == MANIFEST:
                manifest = json.loads(content)
                manifest["registers"][0] |= changes
                content = json.dumps(manifest).encode()
            new.writestr(name, content)
    return target


def test_restoring_tells_how_far_the_journals_are_signed(
    sqlite_db: Database, clock: FixedClock, tmp_path: Path
) -> None:
    shop = a_shop(sqlite_db, clock)
    shop.product("Oil", "10.00")
    paper = a_shift(shop)
    backup = BackupService(sqlite_db, clock).make(tmp_path / "kept.regulars").path
    later = a_shift(shop)
    place = tmp_path / "restored.db"
    done = restore(backup, str(place), clock)
    assert done.signed == ("R1 Z 1",)
    assert any("signed up to R1 Z 1" in sentence for sentence in done.sentences())
    restored = open_shop(str(place))
    assert check_paper(restored, paper.text()).good
    verdict = check_paper(restored, later.text())  # an honest reason is told, and it is for a person to judge
    assert (verdict.good, "was put in its place" in verdict.sentence) == (False, True)
    restored.close()
    edited = _with_head(backup, tmp_path / "edited.regulars", anchor=later.text())
    with pytest.raises(BackupDamaged, match="was not signed as it says"):
        restore(edited, str(tmp_path / "other.db"), clock)
    old = _with_head(backup, tmp_path / "old.regulars", anchor="")  # from before closings were signed
    assert restore(old, str(tmp_path / "old.db"), clock).signed == ("R1 Z 1",)


# --- The command --------------------------------------------------------------------------------------------------


def verify(url: str, *kept: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return cli.run(["verify", *kept, "--db", url], out, err), out.getvalue(), err.getvalue()


def test_the_command_answers_with_its_status(shop: ShopBuilder, tmp_path: Path) -> None:
    paper = a_shift(shop)
    backup = BackupService(shop.database, shop.clock).make(tmp_path / "kept.regulars").path
    second = a_shift(shop)
    url = shop.database.engine.url.render_as_string(hide_password=False)
    status, out, _ = verify(url, paper.text(), second.hash, str(backup))
    assert status == cli.DONE
    assert [line.split()[0] for line in out.splitlines()] == ["ok", "ok", "ok"]
    forge(shop, keep=paper.sequence + 1)
    status, out, _ = verify(url, second.text(), paper.text())
    assert status == cli.BROKEN
    assert [line.split()[0] for line in out.splitlines()] == ["BROKEN", "ok"]
    for nothing in ("hello", paper.text()[:-3], "x" * 5000, str(tmp_path)):
        status, out, err = verify(url, nothing)
        assert (status, out) == (cli.MISUSED, "")
        assert err.count("\n") == 1
    (tmp_path / "letter").write_text("Dear Grace")
    assert verify(url, str(tmp_path / "letter"))[0] == cli.BROKEN
