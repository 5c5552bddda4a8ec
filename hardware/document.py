"""What is to be on paper, before any device or page format is known.

One model feeds the receipt printer, the PDF page and the preview on screen. Text is cleaned as a block is
made, so nothing typed by a person can reach a device as a command.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from enum import Enum

# Far above any block a builder writes; bounds what a hostile name can cost on the way to paper.
LONGEST_TEXT = 20_000

_SPACES = frozenset("\t\n\v\f\r\x85\u2028\u2029")
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cn"})


def clean_text(text: str) -> str:
    """`text` with everything a device or a layout could take as a command removed.

    C0 and C1 controls, DEL, bidirectional overrides, zero-width and other format characters and code points
    that are no characters go; line breaks and tabs become one space; a lone surrogate becomes U+FFFD. The
    rest is composed (NFC), which the code pages need.
    """
    text = text[:LONGEST_TEXT]
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    for char in text:
        if char in _SPACES:
            kept.append(" ")
        elif unicodedata.category(char) == "Cs":
            kept.append("\ufffd")
        elif unicodedata.category(char) not in _DROPPED_CATEGORIES:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


class Align(Enum):
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Size(Enum):
    """How large a line is set. WIDE and BIG take twice the columns."""

    SMALL = "small"
    NORMAL = "normal"
    TALL = "tall"
    BIG = "big"


class BarcodeKind(Enum):
    CODE128 = "code128"
    EAN13 = "ean13"
    QR = "qr"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; wrapped where it is too long. `max_lines` (0 = any number) cuts it with an ellipsis."""

    text: str
    bold: bool = False
    size: Size = Size.NORMAL
    align: Align = Align.LEFT
    max_lines: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", clean_text(self.text))


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a row.

    `share` is the part of the width it takes beside its neighbours; 0 takes exactly what its text needs, so an
    amount is never cut for a long name beside it.
    """

    text: str
    align: Align = Align.LEFT
    share: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", clean_text(self.text))
        if self.share < 0:
            raise ValueError("a share of the width is never negative")


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells side by side; a cell too long for its column wraps below itself, at most `max_lines` high."""

    cells: tuple[Cell, ...]
    bold: bool = False
    size: Size = Size.NORMAL
    indent: int = 0  # in characters of the normal size
    max_lines: int = 6

    def __post_init__(self) -> None:
        if not self.cells:
            raise ValueError("a row has at least one cell")

    @classmethod
    def pair(cls, left: str, right: str, *, bold: bool = False, size: Size = Size.NORMAL, indent: int = 0) -> Columns:
        """A label or name on the left, its amount on the right; the amount is always whole."""
        return cls((Cell(left), Cell(right, Align.RIGHT, share=0)), bold=bold, size=size, indent=indent)


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""

    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Barcode:
    """A code a scanner reads back. `caption` is set below in plain text; None shows the data, "" nothing.

    Raises ValueError for data the symbology cannot hold.
    """

    kind: BarcodeKind
    data: str
    caption: str | None = None

    def __post_init__(self) -> None:
        if not self.data or clean_text(self.data) != self.data:
            raise ValueError("a barcode holds printable characters")
        if self.kind is BarcodeKind.CODE128 and not (self.data.isascii() and len(self.data) <= 80):
            raise ValueError("Code 128 holds up to 80 ASCII characters")
        if self.kind is BarcodeKind.EAN13 and not _is_ean13(self.data):
            raise ValueError("EAN-13 is 13 digits with a right check digit")
        if self.kind is BarcodeKind.QR and len(self.data.encode()) > 500:
            raise ValueError("a printed QR code holds up to 500 bytes")
        if self.caption is not None:
            object.__setattr__(self, "caption", clean_text(self.caption))

    @property
    def shown(self) -> str:
        return self.data if self.caption is None else self.caption


@dataclass(frozen=True, slots=True)
class Image:
    """A picture such as the shop's logo; `width` is the part of the paper it may take at most."""

    png: bytes = field(repr=False)
    width: float = 0.6
    align: Align = Align.CENTER

    def __post_init__(self) -> None:
        if not 0 < self.width <= 1:
            raise ValueError("width is a part of the paper, above 0 and up to 1")


@dataclass(frozen=True, slots=True)
class Feed:
    """Blank lines; halves are allowed where the device can."""

    lines: float = 1


@dataclass(frozen=True, slots=True)
class Cut:
    """End of one piece of paper; on a page format it starts a new page unless it is the last block."""

    partial: bool = True


@dataclass(frozen=True, slots=True)
class KickDrawer:
    """Open the cash drawer on the printer's connector, pin 2 or 5. Shown on no page."""

    pin: int = 2

    def __post_init__(self) -> None:
        if self.pin not in (2, 5):
            raise ValueError("the drawer connector has pins 2 and 5")


Block = Text | Columns | Rule | Barcode | Image | Feed | Cut | KickDrawer


@dataclass(frozen=True, slots=True)
class Document:
    """Blocks in reading order. `kind` is a stable code such as "receipt"; `title` names the file and the job."""

    blocks: tuple[Block, ...]
    title: str = "Receipt"
    kind: str = "receipt"

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", clean_text(self.title))

    def without_drawer(self) -> Document:
        """The same paper with no kick: for copies, and for a job that waited too long to open a drawer."""
        kept = tuple(block for block in self.blocks if not isinstance(block, KickDrawer))
        return Document(kept, self.title, self.kind)

    @property
    def kicks_drawer(self) -> bool:
        return any(isinstance(block, KickDrawer) for block in self.blocks)


def _is_ean13(data: str) -> bool:
    if len(data) != 13 or not (data.isascii() and data.isdigit()):
        return False
    weighted = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(data))
    return weighted % 10 == 0
