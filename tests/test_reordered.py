"""Right-to-left text in a PDF: found in whatever order it comes back, and missed when it is gone."""

import pytest

from pipeline.rendering.reordered import reordered


@pytest.mark.parametrize(
    ("blocks", "wanted"),
    [
        (["עולם )שלום( וגם English words"], "(שלום) עולם"),
        (["اإللمام كتاب"], "كتاب الإلمام"),
        ([".שב ָ לוֹם עולם"], "שָׁלוֹם עולם"),
        (["first", "שלום", "עולם last"], "שלום עולם"),
        (["3.0 שלום Open Badges"], "Open Badges 3.0"),
    ],
)
def test_words_in_another_order_are_found(blocks: list[str], wanted: str) -> None:
    """Words may change places, joined letters turn round, signs break words up, and a page may end in between."""
    assert reordered(blocks).may_hold(wanted)


@pytest.mark.parametrize("wanted", ["שלום", "טוב טוב", "עולם טוב מאוד"])
def test_a_word_that_is_not_there_is_missed(wanted: str) -> None:
    """Each word must be in one block, as often as it is written."""
    assert not reordered(["עולם טוב", "some other text in between that parts them", "מאוד"]).may_hold(wanted)


def test_other_text_keeps_its_order() -> None:
    """Left-to-right text may be in another order only where the whole document runs from right to left."""
    assert not reordered(["Badges Open"]).may_hold("Open Badges")
    assert reordered(["Badges Open"], all_of_them=True).may_hold("Open Badges")
