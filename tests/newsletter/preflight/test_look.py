from __future__ import annotations

import pytest

from newsletter.bootstrap import PUBLICATIONS
from newsletter.digest.document import Cover
from newsletter.preflight.findings import Severity
from newsletter.rendering.publication import Theme
from tests.newsletter.preflight.subjects import codes, document, inspected, of_code, publication


class TestContrast:
    @pytest.mark.parametrize("theme", [Theme(accent="#ffcc00"), Theme(accent_dark="#333333"), Theme(accent="#808080")])
    def test_that_is_low_warns(self, theme: Theme) -> None:
        (finding,) = of_code(inspected(publication=publication(theme=theme)), "contrast-low")
        assert finding.severity == Severity.WARN
        assert finding.place.field == "theme"

    @pytest.mark.parametrize("values", [each["theme"] for each in PUBLICATIONS])
    def test_of_our_own_themes_is_enough(self, values: dict[str, str]) -> None:
        assert codes(inspected(publication=publication(theme=Theme(**values)))) == set()


class TestCover:
    @pytest.mark.parametrize("image", ["/images/a.png", "a.png", "//a.test/a.png", "data:image/png;base64,AA"])
    def test_without_a_whole_address_warns(self, image: str) -> None:
        (finding,) = of_code(inspected(document(cover=Cover(image, "甲"))), "cover-relative")
        assert finding.severity == Severity.WARN
        assert image in finding.message

    def test_with_one_is_shown(self) -> None:
        assert codes(inspected(document(cover=Cover("https://a.test/a.png", "甲")))) == set()
