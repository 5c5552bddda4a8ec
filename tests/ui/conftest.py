"""Screens are tested without a screen; `render` puts one into a PNG to be looked at."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.rendering import render_both
from ui.shared import theme
from ui.shared.tokens import Scheme

_TESTS = pytest.StashKey[int]()


@pytest.fixture(autouse=True)
def plain_dress(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test begins in the light scheme."""
    if "qapp" in request.fixturenames:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        if theme.current().scheme is not Scheme.LIGHT or app.font().family() != "Inter":
            theme.apply(app, Scheme.LIGHT)
    yield


@pytest.fixture
def render(qapp: QApplication, tmp_path: Path):  # type: ignore[no-untyped-def]
    """render(widget, "name", size=(1280, 800)) -> the files written, light and dark."""
    folder = Path(os.environ.get("REGULARS_RENDERS", str(tmp_path)))

    def shoot(widget, name, size=(1280, 800)):  # type: ignore[no-untyped-def]
        return render_both(qapp, widget, folder, name, size)

    return shoot


@pytest.fixture(autouse=True)
def collected_here(request: pytest.FixtureRequest) -> Iterator[None]:
    """As in the program (ui.shared.garbage): what is garbage dies on the GUI thread, never on a worker."""
    gc.disable()
    yield
    tests = request.config.stash.get(_TESTS, 0) + 1
    request.config.stash[_TESTS] = tests
    gc.collect(2 if tests % 10 == 0 else 1)
    gc.enable()
