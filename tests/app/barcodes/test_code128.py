import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.barcodes.code128 import encode

_SETS = {103: "A", 104: "B", 105: "C"}


def decode(start: str, values: tuple[int, ...]) -> str:
    """Reads symbols back by the tables of ISO/IEC 15417."""
    code_set, text = start, ""
    for value in values:
        if code_set == "C" and value < 100:
            text += f"{value:02d}"
        elif value in (99, 100, 101) and {99: "C", 100: "B", 101: "A"}[value] != code_set:
            code_set = {99: "C", 100: "B", 101: "A"}[value]
        elif code_set == "A":
            text += chr(value + 32) if value < 64 else chr(value - 64)
        else:
            text += chr(value + 32)
    return text


def test_worked_examples() -> None:
    assert encode("PJJ123C").check_value == 55  # BC073
    assert encode("PJJ123C", "A").check_value == 54
    assert encode("00123456").values == (0, 12, 34, 56)
    assert encode("AB123456").values == (33, 34, 99, 12, 34, 56)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40))
def test_reads_back(text: str) -> None:
    drawn = encode(text)
    assert decode(drawn.start, drawn.values) == text
    assert len(drawn.values) <= len(text) + 2


@pytest.mark.parametrize("text", ["", "é"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        encode(text)
