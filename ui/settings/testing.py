"""The page a test print puts on paper: everything a receipt needs, so that one look tells."""

from __future__ import annotations

from hardware.document import Align, Barcode, BarcodeKind, Columns, Cut, Document, Feed, Rule, Size, Text


def test_page(shop: str, register: str, now: str, currency: str) -> Document:
    """`now` as the shop writes it. Holds no sale and opens no drawer."""
    return Document(
        (
            Text(shop, bold=True, size=Size.TALL, align=Align.CENTER),
            Text(register, align=Align.CENTER),
            Text(now, align=Align.CENTER),
            Rule(),
            Columns.pair("Sourdough loaf", "4.20"),
            Columns.pair("Olive oil, extra virgin, from the slopes above the harbour 500 ml", "9.90"),
            Columns.pair("SUMMER10", "-1.41", indent=2),
            Rule(),
            Columns.pair(f"Total {currency}", "12.69", bold=True),
            Feed(1),
            Text("ÄÖÜ äöü ß éèêë çñ ¿¡ €£¥ ŽžŠš Łł Ωλ Жщ 日本語 שלום"),
            Text("Every line above is whole and straight, and the code below scans: then this printer is ready.",
                 align=Align.CENTER),
            Barcode(BarcodeKind.CODE128, "TEST-000042"),
            Feed(2),
            Cut(),
        ),
        title="Test print",
        kind="test",
    )  # fmt: skip


# Stands under the code that a scanner is learned with: letters, a hyphen and digits, so that every kind is seen.
LEARNING_CODE = "REG-2471"


def learning_page(caption: str) -> Document:
    """A code to scan off the screen."""
    return Document(
        (Text(caption, align=Align.CENTER), Barcode(BarcodeKind.CODE128, LEARNING_CODE), Feed(1)),
        title="Scanner",
        kind="test",
    )
