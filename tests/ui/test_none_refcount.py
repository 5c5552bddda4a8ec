"""PySide6 6.12.0 on Python 3.11 drops a reference to None at every repaint; the pinned release must not."""

import sys

from PySide6.QtWidgets import QApplication, QPushButton


def test_none_keeps_its_references(qapp: QApplication) -> None:
    from PySide6.QtWidgets import QWidget

    class Painted(QWidget):
        def paintEvent(self, event: object) -> None:
            return None

    window, button = Painted(), QPushButton("x")
    window.resize(50, 50)
    window.show()
    for _ in range(50):
        qapp.processEvents()
    before = sys.getrefcount(None)
    for _ in range(500):
        window.repaint()
        button.clicked.emit()
        qapp.processEvents()
    after = sys.getrefcount(None)
    window.deleteLater()
    button.deleteLater()
    if before < 2**31:  # from 3.12 on None is immortal and the count says nothing
        assert abs(after - before) < 100
