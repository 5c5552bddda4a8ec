"""First start: two doors, and a quiet third for a shop that exists."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from ui.firststart.presenter import DemoBuilder, FirstStartPresenter
from ui.shared import theme
from ui.shared.banner import Banner
from ui.shared.dialogs import Dialog
from ui.shared.jobs import Jobs
from ui.shared.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XL, TYPE_LARGE, TYPE_TITLE, TYPE_TOUCH, Density
from ui.shared.widgets import Button, Card, Picture, Words

_CENTRE = Qt.AlignmentFlag.AlignHCenter


class FirstStartView(QWidget):
    shop_ready = Signal(str)  # database URL or path to open
    help_page = "firststart"

    def __init__(self, writes: Jobs, *, folder: Path | None = None, build_demo: DemoBuilder | None = None) -> None:
        super().__init__()
        self.setObjectName("page")
        theme.set_density(self, Density.TOUCH)
        self.presenter = FirstStartPresenter(writes, folder=folder, build_demo=build_demo)
        self.presenter.shop_ready.connect(self._on_shop_ready)
        self.presenter.demo_progress.connect(self._on_progress)
        self.presenter.demo_cancelled.connect(self._on_cancelled)
        self.presenter.failed.connect(self._on_failed)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self.banner = Banner()
        holder = QHBoxLayout()
        holder.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, 0)
        holder.addWidget(self.banner)
        box.addLayout(holder)
        self.stack = QStackedWidget()
        box.addWidget(self.stack, 1)
        self.welcome = self._welcome()
        self.building = self._building()
        self.stack.addWidget(self.welcome)
        self.stack.addWidget(self.building)
        for button in self.findChildren(Button):
            button.setAutoDefault(True)  # Enter presses the one that has the keyboard
        self._set_up: QWidget | None = None
        self._opening: OpenDialog | None = None

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard begins on the one primary button, not on what held it before."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._focus_home)

    def _focus_home(self) -> None:
        if self.stack.currentWidget() is self.welcome:
            self.set_up_button.setFocus()

    def _welcome(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
        box.setSpacing(SPACE_M)
        box.addStretch(2)
        box.addWidget(Picture("store", "accent", 48), 0, _CENTRE)
        box.addWidget(Words(self.tr("Welcome to Regulars"), size=TYPE_LARGE, strong=True, align=_CENTRE))
        said = self.tr("A till that turns passers-by into regulars. It works without a server and without the net.")
        box.addWidget(Words(said, tone="muted", size=TYPE_TOUCH, align=_CENTRE))
        box.addSpacing(SPACE_L)
        doors = QHBoxLayout()
        doors.setSpacing(SPACE_L)
        doors.addStretch(1)
        self.demo_button = Button(self.tr("Explore the demo shop"), self.explore_demo)
        doors.addWidget(
            self._door(
                "sparkles",
                self.tr("Look around first"),
                self.tr(
                    "A delicatessen with a café: three outlets, 200 customers, three years of sales, coupons and gift "
                    "cards. Nothing in it is real, so try anything."
                ),
                self.demo_button,
            )
        )
        self.set_up_button = Button(self.tr("Set up my shop"), self.show_set_up, kind="primary")
        doors.addWidget(
            self._door(
                "shopping-basket",
                self.tr("Start selling"),
                self.tr(
                    "Name, money, tax and your PIN: about three minutes. Products and customers come afterwards, under "
                    "Settings and Customers, or at the till as you meet them."
                ),
                self.set_up_button,
            )
        )
        doors.addStretch(1)
        box.addLayout(doors)
        box.addSpacing(SPACE_M)
        box.addWidget(Button(self.tr("Open a shop that exists"), self.ask_existing, kind="link"), 0, _CENTRE)
        box.addStretch(3)
        return page

    def _door(self, icon: str, title: str, text: str, button: Button) -> Card:
        card = Card(margin=SPACE_XL, spacing=SPACE_M)
        card.setFixedSize(380, 260)
        card.box.addWidget(Picture(icon, "accent", 32))
        card.box.addWidget(Words(title, size=TYPE_TITLE, strong=True))
        card.box.addWidget(Words(text, tone="muted", wrap=True))
        card.box.addStretch(1)
        card.box.addWidget(button)
        return card

    def _building(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setSpacing(SPACE_M)
        box.addStretch(2)
        card = Card(margin=SPACE_XL, spacing=SPACE_M)
        card.setFixedWidth(520)
        card.box.addWidget(Words(self.tr("Filling the shelves"), size=TYPE_TITLE, strong=True))
        said = self.tr("Three years of sales are being rung up, one receipt after the other. This takes half a minute.")
        card.box.addWidget(Words(said, tone="muted", wrap=True))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(self.tr("How far the demo shop is"))
        card.box.addWidget(self.bar)
        foot = QHBoxLayout()
        self.count = Words(tone="muted")
        foot.addWidget(self.count, 1)
        self.cancel_button = Button(self.tr("Cancel"), self.cancel_demo)
        foot.addWidget(self.cancel_button)
        card.box.addLayout(foot)
        box.addWidget(card, 0, _CENTRE)
        box.addStretch(3)
        return page

    # What a person asks for

    def explore_demo(self) -> None:
        self.banner.dismiss()
        self.bar.setRange(0, 0)
        self.count.setText("")
        self.cancel_button.setEnabled(True)
        self.stack.setCurrentWidget(self.building)
        self.cancel_button.setFocus()
        self.presenter.explore_demo()

    def cancel_demo(self) -> None:
        self.cancel_button.setEnabled(False)
        self.count.setText(self.tr("Clearing away …"))
        self.presenter.cancel_demo()

    def show_set_up(self) -> None:
        self.banner.dismiss()
        if self._set_up is None:
            from ui.firststart.steps import SetUpView

            made = SetUpView(self.presenter)
            made.back_wanted.connect(self._on_back)
            self._set_up = made
            self.stack.addWidget(made)
        self.stack.setCurrentWidget(self._set_up)

    def _on_back(self) -> None:
        self.stack.setCurrentWidget(self.welcome)
        self.set_up_button.setFocus()

    def ask_existing(self) -> None:
        self._opening = OpenDialog(self.presenter, self)
        self._opening.finished.connect(self._on_dialog_closed)
        self._opening.open()

    def _on_dialog_closed(self) -> None:
        self._opening = None

    # What happens

    def _on_shop_ready(self, address: str) -> None:
        self.shop_ready.emit(address)

    def _on_progress(self, done: int, total: int) -> None:
        self.bar.setRange(0, total if total > 1 else 0)  # one step says nothing: the bar only shows that work goes on
        self.bar.setValue(done)
        if self.cancel_button.isEnabled() and total > 1:
            self.count.setText(self.tr("{0} of {1}").format(f"{done:,}", f"{total:,}"))

    def _on_cancelled(self) -> None:
        self.stack.setCurrentWidget(self.welcome)
        self.demo_button.setFocus()

    def _on_failed(self, sentence: str) -> None:
        """Said once: the set-up and the dialog tell what they asked for themselves."""
        if self._opening is not None or (self._set_up is not None and self.stack.currentWidget() is self._set_up):
            return
        if self.stack.currentWidget() is self.building:
            self.stack.setCurrentWidget(self.welcome)
        self.banner.tell(sentence)


class OpenDialog(Dialog):
    """A file of this computer, or a server's address, judged before it is opened."""

    def __init__(self, presenter: FirstStartPresenter, parent: QWidget) -> None:
        super().__init__(self.tr("Open a shop that exists"), parent, width=560, density=Density.TOUCH)
        from ui.settings.form import Form

        self._presenter = presenter
        self.form = Form()
        self.address = self.form.line(
            "database",
            self.tr("File or PostgreSQL address"),
            self.tr("A file like shop.db, or postgresql://user:password@host/shop"),
            most=500,
        )
        self.key = self.form.line(
            "key",
            self.tr("Recovery key"),
            self.tr("The seven groups on the shop's recovery sheet, typed or scanned"),
            most=120,
        )
        self.form.show_only({"key"})
        self.address.textChanged.connect(self._forget_key)
        self.body.addWidget(self.form)
        pick = QHBoxLayout()
        pick.setSpacing(SPACE_S)
        pick.addWidget(Button(self.tr("Choose a file …"), self._on_pick, icon="hard-drive"))
        pick.addStretch(1)
        self.body.addLayout(pick)
        self.set_primary(self.tr("Open"), self._on_open)
        presenter.refused.connect(self._on_refused)
        presenter.failed.connect(self._on_told)
        presenter.shop_ready.connect(self._on_ready)

    def _on_pick(self) -> None:
        picker = QFileDialog(self, self.tr("Choose a shop's file"))
        picker.setNameFilters([self.tr("Shops (*.db)"), self.tr("All files (*)")])
        picker.setFileMode(QFileDialog.FileMode.ExistingFile)
        picker.fileSelected.connect(self.address.setText)
        picker.open()

    def _on_open(self) -> None:
        self.set_busy(True)
        self.tell("")
        self.form.clear_refusals()
        self._presenter.open_existing(self.address.text().strip(), self.key.text())

    def _forget_key(self) -> None:
        """It was another file's."""
        self.key.clear()
        self.form.show_only({"key"})

    def _on_refused(self, error: object, sentence: str) -> None:
        self.set_busy(False)
        if getattr(error, "field", "") != "key":
            self.form.fields["database"].refuse(sentence)
            return
        self.form.show_only(())
        self._make_room()
        if self.key.text().strip():
            self.form.fields["key"].refuse(sentence)
        else:
            self.tell(sentence, "info")
        self.key.setFocus()

    def _on_told(self, sentence: str) -> None:
        self.set_busy(False)
        self.tell(sentence)

    def _on_ready(self, _: str) -> None:
        self.accept()
