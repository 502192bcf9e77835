from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsletter.digest import inline
from newsletter.rendering import slots, wording

TEXTS = st.text(alphabet="ab 。*`[]()<>\\&\"'_!~#-\n\t　{}:/h", max_size=30)


@given(TEXTS)
def test_what_the_parser_never_sees_it_would_not_have_changed(text: str) -> None:
    assert wording.html(text) == slots.escape(inline.to_html(text))
    assert wording.words(text) == slots.escape(inline.to_plain(text))
    assert wording.line_with_addresses(text) == slots.escape(" ".join(inline.to_plain(text, urls=True).split()))
