"""A product's picture: chosen from a file, made small, shown as its tile will show it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.errors import InvalidInput
from ui.shared import icons, theme
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs
from ui.shared.tokens import SPACE_S, SPACE_XS, TYPE_SMALL
from ui.shared.widgets import Button, Words

MOST_BYTES, LARGEST_SIDE, KEPT_SIDE = 1_000_000, 8000, 400
_SHOWN = 64
_STARTS = {b"\x89PNG\r\n\x1a\n": b"png", b"\xff\xd8\xff": b"jpeg"}


def small_png(data: bytes) -> bytes:
    """The picture as PNG, at most KEPT_SIDE pixels a side. Raises InvalidInput for what is none, or too large."""
    form = next((form for start, form in _STARTS.items() if data.startswith(start)), None)
    if form is None:
        raise InvalidInput("Choose a picture that is PNG or JPEG.", field="picture")
    if len(data) > MOST_BYTES:
        raise InvalidInput("The picture is larger than 1 MB. Save it smaller and choose it again.", field="picture")
    kept = QByteArray(data)
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(form))
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > LARGEST_SIDE:
        raise InvalidInput("This picture is damaged, or has too many pixels. Choose another.", field="picture")
    if max(size.width(), size.height()) > KEPT_SIDE:
        reader.setScaledSize(size.scaled(QSize(KEPT_SIDE, KEPT_SIDE), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise InvalidInput("This picture is damaged, or has too many pixels. Choose another.", field="picture")
    return _as_png(image)


def _as_png(image: QImage) -> bytes:
    kept = QByteArray()
    out = QBuffer(kept)
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(out, "PNG")  # type: ignore[call-overload]  # it takes text, whatever its types say
    return bytes(kept.data())


class PictureField(QWidget):
    changed = Signal()

    def __init__(self, reads: Jobs) -> None:
        super().__init__()
        self._reads = reads
        self.png: bytes | None = None
        self.was_changed = False
        self._shown = QLabel()
        self._shown.setFixedSize(_SHOWN, _SHOWN)
        self._shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.choose_button = Button(self.tr("Choose…"), self._on_choose, icon="image", name=self.tr("Choose a picture"))
        self.remove_button = Button(self.tr("Remove"), lambda: self._take(None), kind="quiet")
        self._said = Words(tone="danger", size=TYPE_SMALL, wrap=True)
        self._said.hide()
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S)
        buttons.addWidget(self.choose_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(SPACE_XS)
        right.addStretch(1)
        right.addLayout(buttons)
        right.addWidget(self._said)
        right.addStretch(1)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_S)
        box.addWidget(self._shown)
        box.addLayout(right, 1)
        theme.current().changed.connect(self._draw)
        self._draw()

    def show_png(self, png: bytes | None) -> None:
        self.png, self.was_changed = png, False
        self._draw()

    def take_file(self, path: Path) -> None:
        def work() -> bytes:
            with path.open("rb") as file:
                return small_png(file.read(MOST_BYTES + 1))

        self._reads.start(work, self._take, self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        self._tell(str(error.strerror or error) if isinstance(error, OSError) else sentence(error))

    def _take(self, png: bytes | None) -> None:
        self._tell("")
        self.png, self.was_changed = png, True
        self._draw()
        self.changed.emit()

    def _tell(self, words: str) -> None:
        self._said.setText(words)
        self._said.setVisible(bool(words))

    def _on_choose(self) -> None:
        picker = QFileDialog(self, self.tr("Choose a picture"))
        picker.setNameFilter(self.tr("Pictures (*.png *.jpg *.jpeg)"))
        picker.setFileMode(QFileDialog.FileMode.ExistingFile)
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker.fileSelected.connect(lambda name: self.take_file(Path(name)))
        picker.open()

    def _draw(self) -> None:
        picture = QPixmap()
        if self.png is None or not picture.loadFromData(self.png):
            picture = icons.pixmap("image", "muted", 32)
        else:
            keep = Qt.AspectRatioMode.KeepAspectRatio
            picture = picture.scaled(_SHOWN, _SHOWN, keep, Qt.TransformationMode.SmoothTransformation)
        self._shown.setPixmap(picture)
        self.remove_button.setVisible(self.png is not None)
