"""Pictures of widgets, light and dark, to be looked at by a person."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from ui.shared import theme
from ui.shared.tokens import Scheme


def render_both(
    app: QApplication, widget: QWidget, folder: Path, name: str, size: tuple[int, int] = (1280, 800)
) -> list[Path]:
    """Write `<name>-light.png` and `<name>-dark.png`; leaves the program light."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for scheme in (Scheme.DARK, Scheme.LIGHT):
        theme.apply(app, scheme)
        widget.resize(*size)
        widget.show()
        for _ in range(3):
            app.processEvents()
        file = folder / f"{name}-{scheme.value}.png"
        if not widget.grab().save(str(file)):
            raise OSError(f"{file} could not be written")
        written.append(file)
    return written
