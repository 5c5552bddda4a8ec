"""The document of a job that is due, read from the shop as it stands now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.clock import Clock
from app.codekeys import CodeVault
from app.errors import DomainError
from app.paper.formats import Formats
from app.paper.receipt import gift_receipt, receipt
from app.paper.stored import card_balance, card_paper, receipt_data
from app.paper.value import balance_slip, value_paper
from app.paper.words import ENGLISH, Words
from db.uow import Database
from hardware.protocols import Document, KickDrawer

if TYPE_CHECKING:
    from app.checkout.receipts import SaleView
    from app.outbox.service import Job
    from app.shop.model import ShopInfo


class PaperUnknown(DomainError):
    """The job names nothing that can be printed."""

    code = "paper.unknown"


class PaperMaker:
    """Makes documents of jobs and of stored sales. `words` are the shop's, in the language of its paper.

    Without a `vault`, or where a code was sealed under a key that is lost, a card's paper shows its masked number and
    its balance: the card itself works as before.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        vault: CodeVault | None = None,
        words: Words = ENGLISH,
        drawer_pin: int = 2,
    ) -> None:
        self._database = database
        self._clock = clock
        self._vault = vault
        self._words = words
        self._drawer_pin = drawer_pin

    def document(self, job: Job) -> Document:
        """Raises PaperUnknown for a kind of job that is no paper, NotFound for a sale that is not there."""
        if job.kind == "drawer":
            return Document((KickDrawer(self._drawer_pin),), title="Open drawer", kind="drawer")
        if job.kind in ("receipt", "gift_receipt") and job.sale_id is not None:
            return self.receipt(job.sale_id, gift=job.kind == "gift_receipt", copy_number=job.copy_number)
        if job.kind in ("gift_card", "voucher", "store_credit") and job.sale_id is not None:
            return self._card(job.sale_id, job.value_account_id, job.copy_number)
        if job.kind == "report" and "session" in job.payload:
            closing = bool(job.payload.get("closing"))
            return self.shift(int(job.payload["session"]), closing=closing, copy_number=job.copy_number)
        raise PaperUnknown("This paper cannot be printed by this version. Print it from its own page.")

    def receipt(self, sale_id: int, *, gift: bool = False, copy_number: int = 0, training: bool = False) -> Document:
        """The receipt of a stored sale; also what the preview and the PDF are made of."""
        from app.shop import settings
        from app.shop.settings import ReceiptSettings

        sale, shop = self._sale(sale_id)
        with self._database.read() as uow:
            choices = settings.load(uow, ReceiptSettings)
        data = receipt_data(sale, shop, choices, copy_number=copy_number, training=training)
        build = gift_receipt if gift else receipt
        return build(data, _formats(shop), self._words)

    def shift(self, session_id: int, *, closing: bool, copy_number: int = 0) -> Document:
        """The Z report of a closed shift, or an X report of one as it stands. Raises NotFound."""
        from app.checkout.shift_report import read_shift
        from app.paper.report import session_report
        from app.paper.shift import shift_data
        from app.shop.service import ShopService

        shop = ShopService(self._database, self._clock).info()
        with self._database.read() as uow:
            report = read_shift(uow, session_id)
        formats = _formats(shop)
        data = shift_data(
            report, shop, formats, self._words, closing=closing, at=self._clock.now(), copy_number=copy_number
        )
        return session_report(data, formats, self._words)

    def _card(self, sale_id: int, account_id: int | None, copy_number: int) -> Document:
        sale, shop = self._sale(sale_id)
        card = next((card for card in sale.cards if card.account_id == account_id), None)
        if card is None:
            raise PaperUnknown("This card is not on that sale. Print it from the card's own page.")
        code = self._vault.open(card.code_cipher, card.kind) if self._vault is not None else None
        if code is None:
            return balance_slip(card_balance(sale, card, shop), _formats(shop), self._words)
        return value_paper(card_paper(sale, card, code, shop, copy_number=copy_number), _formats(shop), self._words)

    def _sale(self, sale_id: int) -> tuple[SaleView, ShopInfo]:
        from app.checkout.receipts import SaleReader
        from app.shop.service import ShopService

        shop = ShopService(self._database, self._clock).info()
        return SaleReader(self._database).sale(sale_id), shop


def _formats(shop: ShopInfo) -> Formats:
    return Formats(shop.locale, shop.time_zone)
