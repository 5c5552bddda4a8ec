"""A receipt printer in software, as strict as the command reference and sharing nothing with the encoder.

Written from Epson's ESC/POS command reference (ESC @, ESC M, ESC E, ESC a, ESC t, ESC d, ESC J, ESC p, ESC 2,
ESC 3, GS !, GS V, GS H, GS h, GS w, GS k, GS ( k, GS v 0) and from the symbologies' own standards. Any other
command, a control byte inside text, a line longer than the paper or a barcode wider than it is an error: a real
printer would print garbage or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

CODE_PAGES = {0: "cp437", 2: "cp850", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858"}
MONO_FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "/System/Library/Fonts/Menlo.ttc",
    "C:/Windows/Fonts/consola.ttf",
)
# ISO/IEC 15417, widths of bars and spaces by symbol value.
CODE128 = (  # noqa: SIM905
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 "
    "112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 "
    "311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 "
    "112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 "
    "314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 "
    "122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 "
    "124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 "
).split()
CODE128_STOP = "2331112"
# ISO/IEC 15420: odd-parity left halves; the even-parity ones and the right halves follow from them.
EAN_LEFT = "0001101 0011001 0010011 0111101 0100011 0110001 0101111 0111011 0110111 0001011".split()  # noqa: SIM905
EAN_PARITY = "LLLLLL LLGLGG LLGGLG LLGGGL LGLLGG LGGLLG LGGGLL LGLGLG LGLGGL LGGLGL".split()  # noqa: SIM905


class NotUnderstood(AssertionError):
    """Bytes a printer of this kind has no meaning for."""


@dataclass
class Mode:
    small: bool = False
    bold: bool = False
    wide: int = 1
    high: int = 1
    align: int = 0
    page: int = 0
    bar_height: int = 162
    bar_module: int = 3
    hri: int = 0
    spacing: int = 30


@dataclass
class Line:
    text: str
    bold: bool
    wide: int
    high: int
    small: bool


@dataclass
class Printer:
    """Feed it a job with `run`; then look at `lines`, `barcodes`, `kicks`, `cuts` and `picture()`."""

    dots: int = 576
    columns: int = 48
    small_columns: int = 64
    lines: list[Line] = field(default_factory=list)
    barcodes: list[tuple[str, str]] = field(default_factory=list)
    kicks: list[int] = field(default_factory=list)
    cuts: int = 0
    raster_bands: int = 0

    def __post_init__(self) -> None:
        self.mode = Mode()
        self._text = b""
        self._decoded = ""
        self._paper = Image.new("L", (self.dots, 200), 255)
        self._y = 12
        self._qr: dict[int, bytes] = {}

    # -- reading ------------------------------------------------------------------------------------

    def run(self, data: bytes) -> Printer:
        self._data, self._at = data, 0
        while self._at < len(self._data):
            byte = self._take()
            if byte == 0x0A:
                self._line_feed()
            elif byte == 0x1B:
                self._escape()
            elif byte == 0x1D:
                self._group()
            elif byte >= 0x20 and byte != 0x7F:
                self._decoded += bytes((byte,)).decode(CODE_PAGES[self.mode.page])
            else:
                raise NotUnderstood(f"byte 0x{byte:02x} at {self._at - 1}")
        if self._decoded:
            raise NotUnderstood("text left in the line buffer without a line feed")
        return self

    def _take(self) -> int:
        if self._at >= len(self._data):
            raise NotUnderstood("the job ends inside a command")
        self._at += 1
        return self._data[self._at - 1]

    def _several(self, count: int) -> bytes:
        return bytes(self._take() for _ in range(count))

    def _one_of(self, allowed: bytes, what: str) -> int:
        value = self._take()
        if value not in allowed:
            raise NotUnderstood(f"{what} {value}")
        return value

    def _must_be_at_line_start(self, what: str) -> None:
        if self._decoded:
            raise NotUnderstood(f"{what} in the middle of a line")

    # -- commands -----------------------------------------------------------------------------------

    def _escape(self) -> None:
        command = chr(self._take())
        if command == "@":
            self.mode = Mode()
            self._decoded = ""
        elif command == "M":
            self.mode.small = bool(self._one_of(b"\x00\x01\x30\x31", "font") & 1)
        elif command == "E":
            self.mode.bold = bool(self._take() & 1)
        elif command == "a":
            self._must_be_at_line_start("ESC a")
            self.mode.align = self._one_of(b"\x00\x01\x02\x30\x31\x32", "justification") & 3
        elif command == "2":
            self.mode.spacing = 30
        elif command == "3":
            self.mode.spacing = self._take()
        elif command == "t":
            page = self._take()
            if page not in CODE_PAGES:
                raise NotUnderstood(f"code page {page}")
            self.mode.page = page
        elif command == "d":
            if self._decoded:
                self._line_feed()
            self._advance(30 * self._take())
        elif command == "J":
            if self._decoded:
                self._line_feed()
            self._advance(self._take())
        elif command == "p":
            self.kicks.append(2 if self._one_of(b"\x00\x01\x30\x31", "drawer pin") & 1 == 0 else 5)
            self._several(2)
        else:
            raise NotUnderstood(f"ESC {command!r}")

    def _group(self) -> None:
        command = chr(self._take())
        if command == "!":
            size = self._take()
            if size & 0x88:
                raise NotUnderstood(f"character size {size}")
            self.mode.wide, self.mode.high = (size >> 4) + 1, (size & 7) + 1
        elif command == "V":
            self._must_be_at_line_start("GS V")
            kind = self._one_of(b"\x00\x01\x30\x31\x41\x42", "cut")
            if kind in b"\x41\x42":
                self._advance(self._take())
            self.cuts += 1
            ImageDraw.Draw(self._paper).line((0, self._y, self.dots, self._y), fill=190)
            self._advance(6)
        elif command == "H":
            self.mode.hri = self._one_of(b"\x00\x01\x02\x03\x30\x31\x32\x33", "HRI position") & 3
        elif command == "h":
            self.mode.bar_height = self._take()
            if not self.mode.bar_height:
                raise NotUnderstood("barcode height 0")
        elif command == "w":
            self.mode.bar_module = self._one_of(bytes(range(2, 7)), "module width")
        elif command == "k":
            self._bars()
        elif command == "(":
            self._two_dimensional()
        elif command == "v":
            self._raster()
        else:
            raise NotUnderstood(f"GS {command!r}")

    # -- text ---------------------------------------------------------------------------------------

    def _line_feed(self) -> None:
        mode = self.mode
        across = (self.small_columns if mode.small else self.columns) // mode.wide
        if len(self._decoded) > across:
            raise NotUnderstood(f"{len(self._decoded)} characters on a line of {across}: {self._decoded!r}")
        self.lines.append(Line(self._decoded, mode.bold, mode.wide, mode.high, mode.small))
        height = max(mode.spacing, (17 if mode.small else 24) * mode.high + 6)
        self._draw_text(self._decoded, across, height)
        self._advance(height)
        self._decoded = ""

    def _draw_text(self, text: str, across: int, height: int) -> None:
        if not text.strip():
            return
        self._grow(height)
        pen = ImageDraw.Draw(self._paper)
        cell = self.dots / across
        glyph_height = (17 if self.mode.small else 24) * self.mode.high
        free = {0: 0.0, 1: (across - len(text)) * cell / 2, 2: (across - len(text)) * cell}[self.mode.align]
        for index, char in enumerate(text):
            if char != " ":
                self._draw_glyph(pen, char, free + index * cell, cell, glyph_height)

    def _draw_glyph(self, pen: ImageDraw.ImageDraw, char: str, x: float, cell: float, height: int) -> None:
        if char in "─═":
            for offset in (0,) if char == "─" else (-2, 2):
                y = self._y + height // 2 + offset
                pen.line((x, y, x + cell, y), fill=0, width=2)
            return
        glyph = Image.new("L", (12, 24), 255)
        font = _mono_font()
        ImageDraw.Draw(glyph).text(
            (6, 18), char, fill=0, font=font, anchor="ms", stroke_width=1 if self.mode.bold else 0
        )
        self._paper.paste(glyph.resize((max(round(cell), 1), height)), (round(x), self._y))

    # -- bars ---------------------------------------------------------------------------------------

    def _bars(self) -> None:
        self._must_be_at_line_start("GS k")
        system = self._take()
        if not 65 <= system <= 79:
            raise NotUnderstood(f"barcode system {system} (only function B is spoken here)")
        data = self._several(self._take())
        if system == 73:
            modules, text = _draw_code128(data)
            self.barcodes.append(("Code128", text))
        elif system == 67:
            text = data.decode("ascii")
            modules = _draw_ean13(text)
            self.barcodes.append(("EAN13", text))
        else:
            raise NotUnderstood(f"barcode system {system}")
        width = len(modules) * self.mode.bar_module
        if width > self.dots:
            raise NotUnderstood(f"a barcode {width} dots wide on paper of {self.dots}: printers print nothing")
        self._grow(self.mode.bar_height)
        pen = ImageDraw.Draw(self._paper)
        left = {0: 0, 1: (self.dots - width) // 2, 2: self.dots - width}[self.mode.align]
        for index, module in enumerate(modules):
            if module == "1":
                x = left + index * self.mode.bar_module
                box = (x, self._y, x + self.mode.bar_module - 1, self._y + self.mode.bar_height - 1)
                pen.rectangle(box, fill=0)
        self._advance(self.mode.bar_height)
        if self.mode.hri:
            raise NotUnderstood("human-readable text is expected as a line of its own")

    def _two_dimensional(self) -> None:
        self._must_be_at_line_start("GS ( k")
        if self._take() != ord("k"):
            raise NotUnderstood("GS ( other than k")
        low, high = self._several(2)
        body = self._several(low + 256 * high)
        if body[:1] != b"1":
            raise NotUnderstood(f"two-dimensional code {body[:1]!r}")
        function, rest = body[1], body[2:]
        if function == 65 and rest in (b"\x31\x00", b"\x32\x00"):
            self._qr[65] = rest
        elif function == 67 and len(rest) == 1 and 1 <= rest[0] <= 16:
            self._qr[67] = rest
        elif function == 69 and rest in (b"0", b"1", b"2", b"3"):
            self._qr[69] = rest
        elif function == 80 and rest[:1] == b"0" and len(rest) > 1:
            self._qr[80] = rest[1:]
        elif function == 81 and rest == b"0":
            self._print_qr()
        else:
            raise NotUnderstood(f"QR function {function} with {rest!r}")

    def _print_qr(self) -> None:
        import zxingcpp

        text = self._qr.pop(80).decode("utf-8")
        level = "LMQH"[self._qr[69][0] - ord("0")]
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
        drawn = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=False))
        size = self._qr[67][0]
        drawn = drawn.resize((drawn.width * size, drawn.height * size), Image.Resampling.NEAREST)
        if drawn.width > self.dots:
            raise NotUnderstood("a QR code wider than the paper")
        self._advance(4 * size)
        self._grow(drawn.height)
        left = {0: 0, 1: (self.dots - drawn.width) // 2, 2: self.dots - drawn.width}[self.mode.align]
        self._paper.paste(drawn.convert("L"), (left, self._y))
        self._advance(drawn.height + 4 * size)
        self.barcodes.append(("QRCode", text))

    # -- pictures -----------------------------------------------------------------------------------

    def _raster(self) -> None:
        self._must_be_at_line_start("GS v")
        if self._several(2) != b"0\x00":
            raise NotUnderstood("raster mode")
        xl, xh, yl, yh = self._several(4)
        width, height = xl + 256 * xh, yl + 256 * yh
        if not width or not height or width * 8 > self.dots:
            raise NotUnderstood(f"a picture of {width * 8} by {height} dots")
        dots = bytes(byte ^ 0xFF for byte in self._several(width * height))
        self._grow(height)
        self._paper.paste(Image.frombytes("1", (width * 8, height), dots).convert("L"), (0, self._y))
        self._advance(height)
        self.raster_bands += 1

    # -- paper --------------------------------------------------------------------------------------

    def _grow(self, height: int) -> None:
        if self._y + height + 60 > self._paper.height:
            taller = Image.new("L", (self.dots, (self._y + height + 60) * 3 // 2), 255)
            taller.paste(self._paper, (0, 0))
            self._paper = taller

    def _advance(self, height: int) -> None:
        self._grow(height)
        self._y += height

    def picture(self) -> Image.Image:
        margin = 32  # the unprintable edge, which is also every barcode's quiet zone
        sheet = Image.new("L", (self.dots + 2 * margin, self._y + 24), 255)
        sheet.paste(self._paper.crop((0, 0, self.dots, self._y + 12)), (margin, 12))
        return sheet

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


_FONTS: list[ImageFont.FreeTypeFont | ImageFont.ImageFont] = []


def _mono_font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    if not _FONTS:
        path = next((name for name in MONO_FONTS if Path(name).is_file()), None)
        _FONTS.append(ImageFont.truetype(path, 19) if path else ImageFont.load_default())
    return _FONTS[0]


def _draw_code128(data: bytes) -> tuple[str, str]:
    """GS k 73: data that selects its code sets itself, "{A", "{B", "{C"; "{{" is one brace."""
    if data[:1] != b"{" or data[1:2] not in (b"A", b"B", b"C"):
        raise NotUnderstood("Code 128 data must begin with its code set")
    values: list[int] = []
    text, current, at = "", "", 0
    while at < len(data):
        if data[at] == ord("{"):
            sign = chr(data[at + 1])
            at += 2
            if sign in "ABC":
                switch = {"A": 101, "B": 100, "C": 99}[sign]
                values.append({"A": 103, "B": 104, "C": 105}[sign] if not values else switch)
                current = sign
                continue
            if sign != "{" or current == "C":
                raise NotUnderstood(f"Code 128 function {sign}")
            values.append(ord("{") - 32)
            text += "{"
            continue
        byte = data[at]
        at += 1
        if current == "C":
            if byte > 99:
                raise NotUnderstood(f"pair {byte} in code set C")
            values.append(byte)
            text += f"{byte:02d}"
        elif current == "B" and 32 <= byte <= 127:
            values.append(byte - 32)
            text += chr(byte)
        else:
            raise NotUnderstood(f"byte {byte} in code set {current}")
    check = (values[0] + sum(i * value for i, value in enumerate(values[1:], start=1))) % 103
    widths = "".join(CODE128[value] for value in (*values, check)) + CODE128_STOP
    return "".join(("1" if i % 2 == 0 else "0") * int(width) for i, width in enumerate(widths)), text


def _draw_ean13(text: str) -> str:
    if len(text) != 13 or sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(text)) % 10:
        raise NotUnderstood(f"{text} is no EAN-13")
    flip = str.maketrans("01", "10")
    left = ""
    for digit, parity in zip(text[1:7], EAN_PARITY[int(text[0])], strict=True):
        odd = EAN_LEFT[int(digit)]
        left += odd if parity == "L" else odd.translate(flip)[::-1]
    right = "".join(EAN_LEFT[int(digit)].translate(flip) for digit in text[7:])
    return "101" + left + "01010" + right + "101"
