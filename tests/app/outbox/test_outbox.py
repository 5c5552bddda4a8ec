"""What is due after a commit: claimed once, tried again, printed again as a copy."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from app.clock import FixedClock
from app.errors import InvalidInput, NotFound, NotPermitted
from app.outbox.service import INTERRUPTED, delay_after
from db.uow import Database
from tests.builders import ShopBuilder, a_shop


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> ShopBuilder:
    made = a_shop(database, clock)
    made.product("Oil", "10.00")
    return made


def test_jobs_are_claimed_oldest_first_and_once(shop: ShopBuilder) -> None:
    shop.sell("Oil")
    register = shop.register_ids[0]
    drawer, receipt = shop.outbox.claim(register), shop.outbox.claim(register)
    assert (drawer.kind, receipt.kind, receipt.copy_number) == ("drawer", "receipt", 0)
    assert receipt.payload == {"number": "R1-000001"}
    assert shop.outbox.claim(register) is None
    assert shop.outbox.claim(shop.register_ids[1]) is None
    assert [job.state for job in shop.outbox.waiting(register)] == ["working", "working"]
    shop.outbox.done(drawer.job_id)
    assert [job.job_id for job in shop.outbox.waiting(register)] == [receipt.job_id]


def test_only_the_kinds_asked_for(shop: ShopBuilder) -> None:
    shop.sell("Oil")
    assert shop.outbox.claim(shop.register_ids[0], ["receipt"]).kind == "receipt"
    assert shop.outbox.claim(shop.register_ids[0], ["receipt"]) is None


def test_what_did_not_work_waits_longer_each_time(shop: ShopBuilder) -> None:  # F30
    shop.sell("Oil", tenders=[shop.card()])
    register = shop.register_ids[0]
    job = shop.outbox.claim(register)
    again = shop.outbox.wait(job.job_id, "The printer is out of paper.")
    assert again == shop.clock.now() + timedelta(seconds=2)
    assert shop.outbox.claim(register) is None
    shop.clock.advance(seconds=2)
    job = shop.outbox.claim(register)
    assert (job.attempts, job.last_error) == (2, "The printer is out of paper.")
    assert shop.outbox.wait(job.job_id, "still") == shop.clock.now() + timedelta(seconds=4)
    shop.outbox.retry(job.job_id)
    assert shop.outbox.claim(register) is not None
    assert [delay_after(count).seconds for count in (1, 2, 3, 7, 8, 1000)] == [2, 4, 8, 120, 120, 120]


def test_what_a_program_that_died_was_printing_is_looked_at_and_not_printed_twice(shop: ShopBuilder) -> None:  # F1
    shop.sell("Oil")
    shop.sell("Oil", tenders=[shop.card()])
    register = shop.register_ids[0]
    drawer, receipt = shop.outbox.claim(register), shop.outbox.claim(register)
    shop.clock.advance(minutes=4)
    waiting = shop.outbox.claim(register)
    assert waiting.job_id not in (drawer.job_id, receipt.job_id)
    shop.outbox.done(waiting.job_id)
    assert shop.outbox.claim(register) is None
    shop.clock.advance(minutes=2)
    assert shop.outbox.claim(register) is None
    (left,) = shop.outbox.waiting(register)
    assert (left.job_id, left.state, left.last_error) == (receipt.job_id, "failed", INTERRUPTED)
    assert shop.one("SELECT state FROM outbox WHERE id = :i", i=drawer.job_id) == "cancelled"


def test_what_failed_comes_when_somebody_has_looked(shop: ShopBuilder) -> None:
    shop.sell("Oil", tenders=[shop.card()])
    register, other = shop.register_ids[:2]
    job = shop.outbox.claim(register)
    shop.outbox.failed(job.job_id, "The printer was disconnected.")
    shop.outbox.retry_failed(other)
    assert shop.outbox.claim(register) is None
    shop.outbox.retry_failed(register)
    assert shop.outbox.claim(register).job_id == job.job_id


def test_jobs_of_other_kinds_do_not_take_the_write_lock(shop: ShopBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.sell("Oil", tenders=[shop.card()])
    monkeypatch.setattr(Database, "write", lambda _self: 1 / 0)
    assert shop.outbox.claim(shop.register_ids[0], ["report"]) is None


def test_failed_and_cancelled_jobs(shop: ShopBuilder) -> None:
    shop.sell("Oil")
    register = shop.register_ids[0]
    one, two = shop.outbox.claim(register), shop.outbox.claim(register)
    shop.outbox.failed(one.job_id, "No drawer here.")
    shop.outbox.cancel(two.job_id)
    assert [(job.state, job.last_error) for job in shop.outbox.waiting(register)] == [("failed", "No drawer here.")]
    shop.outbox.done(two.job_id)
    assert shop.one("SELECT state FROM outbox WHERE id = :i", i=two.job_id) == "cancelled"


def test_two_spoolers_never_get_the_same_job(shop: ShopBuilder) -> None:
    for _ in range(10):
        shop.sell("Oil")
    register = shop.register_ids[0]

    def drain(_: int) -> list[int]:
        found = []
        while (job := shop.outbox.claim(register)) is not None:
            found.append(job.job_id)
        return found

    with ThreadPoolExecutor(4) as pool:
        claimed = [job for jobs in pool.map(drain, range(4)) for job in jobs]
    assert len(claimed) == len(set(claimed))
    while (job := shop.outbox.claim(register)) is not None:
        claimed.append(job.job_id)
    assert len(set(claimed)) == 20


def test_a_reprint_is_a_journalled_copy(shop: ShopBuilder) -> None:  # V25, V34
    done = shop.sell("Oil", tenders=[shop.card()])
    register, request = shop.register_ids[0], uuid4()
    shop.outbox.done(shop.outbox.claim(register).job_id)
    ids = {shop.outbox.reprint(shop.cashier, register, done.sale_id, request_id=request) for _ in range(2)}
    assert len(ids) == 1
    shop.outbox.reprint(shop.manager, register, done.sale_id, request_id=uuid4())
    copies = [shop.outbox.claim(register) for _ in range(2)]
    assert [(job.copy_number, job.is_copy) for job in copies] == [(1, True), (2, True)]
    assert shop.one("SELECT count(*) FROM journal WHERE kind = 'reprint'") == 2
    nobody = replace(shop.cashier, rights={})
    with pytest.raises(NotPermitted):
        shop.outbox.reprint(nobody, register, done.sale_id, request_id=uuid4())
    with pytest.raises(NotFound):
        shop.outbox.reprint(shop.manager, register, 999, request_id=uuid4())
    with pytest.raises(InvalidInput):
        shop.outbox.reprint(shop.manager, register, done.sale_id, request_id=uuid4(), kind="drawer")
