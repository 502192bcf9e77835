from __future__ import annotations

import pytest

from newsletter.rendering import colour
from newsletter.rendering.publication import Theme

THEMES = [
    pytest.param(Theme(), id="express"),
    pytest.param(Theme("#0f766e", "#5eead4"), id="bulletin"),
    pytest.param(Theme("#9a3412", "#fdba74"), id="report"),
]


@pytest.mark.parametrize("palette", [colour.light, colour.dark])
@pytest.mark.parametrize("theme", THEMES)
def test_every_text_can_be_read_on_every_ground(palette: object, theme: Theme) -> None:
    colours = (colour.light if palette is colour.light else colour.dark)(theme)
    for text in (colours.ink, colours.body, colours.muted, colours.accent):
        for ground in (colours.card, colours.page, colours.tint):
            assert colour.contrast(text, ground) >= 4.5


def test_contrast_is_wcags() -> None:
    assert colour.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colour.contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("bad", ["red", "#fff", "#12345g", "0b57d0#"])
def test_a_colour_is_written_in_six_digits(bad: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        colour.mix(bad, "#ffffff", 0.5)
