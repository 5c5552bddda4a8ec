"""The form's head: who this is, at a glance, and what can be done for them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.customers.model import Customer
from ui.shared import fonts, theme
from ui.shared.format import Formats
from ui.shared.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS, TYPE_SMALL, TYPE_TITLE, TYPE_TOUCH
from ui.shared.widgets import Button, Card, ElidedWords, IconButton, Picture, Words, plain_tip

_PNG = b"\x89PNG\r\n\x1a\n"  # the only format kept; others are not even tried
_MOST_TAGS, _FEW_TAGS = 5, 2
_NARROW = 1100  # a header narrower than this keeps the room for the name


def _tr(text: str) -> str:
    return QCoreApplication.translate("customerform", text)


def initials(customer: Customer) -> str:
    """Up to two letters to stand for a face; letters of any script, whole even where one takes two code units."""
    words = [customer.first_name, customer.last_name]
    letters = ["".join(char for char in word if char.isalnum())[:1] for word in words]
    return "".join(letters).upper() or "?"


class Initials(QWidget):
    """A disc with a picture or initials; decoration, for the name stands beside it."""

    def __init__(self, size: int = 44) -> None:
        super().__init__()
        self._text = ""
        self._photo: QImage | None = None
        self.setFixedSize(size, size)

    def tell(self, text: str, photo: bytes | None = None) -> None:
        """`photo`: PNG; one that cannot be read leaves the initials."""
        image = QImage.fromData(photo) if photo and photo.startswith(_PNG) else QImage()
        self._text, self._photo = text, None if image.isNull() else image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent_soft"))
        painter.drawEllipse(self.rect())
        if self._photo is not None:
            self._draw_photo(painter, self._photo)
            return
        painter.setPen(theme.colour("accent"))
        painter.setFont(fonts.bold(TYPE_TOUCH))
        painter.drawText(QRect(self.rect()), int(Qt.AlignmentFlag.AlignCenter), self._text)
        painter.end()

    def _draw_photo(self, painter: QPainter, photo: QImage) -> None:
        round_edge = QPainterPath()
        round_edge.addEllipse(self.rect())
        painter.setClipPath(round_edge)
        side = min(photo.width(), photo.height())
        middle = QRect((photo.width() - side) // 2, (photo.height() - side) // 2, side, side)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.rect(), photo, middle)
        painter.end()

    def sizeHint(self) -> QSize:
        return self.size()


class Consent(QWidget):
    """One channel: the word with a tick or a cross, and since when."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self._word = word
        self._picture = Picture("x", "muted", 16)
        self._label = Words(word, size=TYPE_SMALL)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        box.addWidget(self._picture)
        box.addWidget(self._label)

    def tell(self, since: str) -> None:
        """`since`: the day of the consent, "" for none."""
        self._picture.show_icon("check" if since else "x", "success" if since else "muted")
        self._label.set_tone("" if since else "muted")
        words = (
            _tr("{0}: agreed on {1}").format(self._word, since) if since else _tr("{0}: not agreed").format(self._word)
        )
        self.setToolTip(plain_tip(words))
        self.setAccessibleName(words)


class FormHeader(Card):
    back_wanted = Signal()
    sell_wanted = Signal()
    edit_wanted = Signal()
    erase_wanted = Signal()

    def __init__(self, formats: Formats, *, may_sell: bool, may_edit: bool, may_erase: bool) -> None:
        super().__init__("flat", margin=SPACE_M, spacing=SPACE_M, row=True)
        self._formats = formats
        self._customer: Customer | None = None
        self._tags_shown = 0
        self.box.setContentsMargins(SPACE_S, SPACE_M, SPACE_L, SPACE_S)
        self.back = IconButton("arrow-left", _tr("Back (Esc)"), self.back_wanted.emit)
        self.disc = Initials()
        self.name = ElidedWords(size=TYPE_TITLE, strong=True)
        self.standing = Words(strong=True, tone="accent")
        self.contacts = ElidedWords(tone="muted")
        self.consents = {"email": Consent(_tr("Email")), "sms": Consent(_tr("SMS")), "post": Consent(_tr("Post"))}
        self._tags = QHBoxLayout()
        self._tags.setSpacing(SPACE_XS)
        self.sell = Button(_tr("Sell to"), self.sell_wanted.emit, kind="primary", icon="shopping-basket")
        self.edit = Button(_tr("Edit"), self.edit_wanted.emit, icon="pencil")
        self.erase = IconButton("trash-2", _tr("Erase this customer…"), self.erase_wanted.emit, tone="danger")
        self._lay_out()
        self.sell.setVisible(may_sell)  # not before they have their place: they would flash up as windows
        self.edit.setVisible(may_edit)
        self.erase.setVisible(may_erase)

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(SPACE_M)
        first.addWidget(self.name, 1)
        first.addLayout(self._tags)
        second = QHBoxLayout()
        second.setSpacing(SPACE_M)
        second.addWidget(self.standing)
        second.addWidget(self.contacts, 1)
        for consent in self.consents.values():
            second.addWidget(consent)
        middle = QVBoxLayout()
        middle.setSpacing(SPACE_XS)
        middle.addLayout(first)
        middle.addLayout(second)
        for part in (self.back, self.disc):
            self.box.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        self.box.addLayout(middle, 1)
        for button in (self.sell, self.edit, self.erase):
            self.box.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)

    def clear(self) -> None:
        """Nobody, until it is known who: what the buttons do must not go by the name that stood here."""
        self.disc.tell("")
        for words in (self.name, self.standing, self.contacts):
            words.setText("")
        for consent in self.consents.values():
            consent.hide()
        self._customer = None
        self._show_tags([])
        for button in (self.sell, self.edit, self.erase):
            button.setEnabled(False)

    def tell(self, customer: Customer, points: int, photo: bytes | None = None) -> None:
        erased = customer.erased_at is not None
        self.disc.tell(initials(customer), photo)
        self.name.setText(customer.name)
        parts = [customer.tier, _tr("{0} pts").format(self._formats.number(points))]
        self.standing.setText(" · ".join(part for part in parts if part))
        known = [customer.number, customer.phone, customer.email, customer.price_group]
        self.contacts.setText(" · ".join(part for part in known if part))
        self._tell_consents(customer)
        self._tell_tags(customer)
        for button in (self.sell, self.edit, self.erase):
            button.setEnabled(not erased)

    def _tags_that_fit(self) -> int:
        return _MOST_TAGS if self.width() >= _NARROW else _FEW_TAGS

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._customer is not None and self._tags_shown != self._tags_that_fit():
            self._tell_tags(self._customer)

    def _tell_consents(self, customer: Customer) -> None:
        moments = {
            "email": customer.email_consent_at,
            "sms": customer.sms_consent_at,
            "post": customer.post_consent_at,
        }
        for channel, moment in moments.items():
            since = self._formats.date(self._formats.local(moment).date()) if moment is not None else ""
            self.consents[channel].tell(since)
            self.consents[channel].show()

    def _tell_tags(self, customer: Customer) -> None:
        self._customer = customer
        self._show_tags([tag.key if tag.value == "true" else f"{tag.key} = {tag.value}" for tag in customer.tags])

    def _show_tags(self, texts: list[str]) -> None:
        while self._tags.count():
            item = self._tags.takeAt(0)
            if item is not None and (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._tags_shown = self._tags_that_fit()
        shown = texts[: self._tags_shown]
        if len(texts) > len(shown):
            shown.append(_tr("+{0}").format(len(texts) - len(shown)))
        for text in shown:
            self._tags.addWidget(Chip(text, ", ".join(texts)))


class Chip(Words):
    """A tag: a word on a soft ground."""

    def __init__(self, text: str, tip: str) -> None:
        super().__init__(text[:24] + ("…" if len(text) > 24 else ""), size=TYPE_SMALL)
        self.setToolTip(plain_tip(tip))
        self.setContentsMargins(SPACE_S, 2, SPACE_S, 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.setBrush(theme.colour("accent_soft"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 9, 9)
        painter.end()
        super().paintEvent(event)
