from __future__ import annotations

from newsletter.digest.document import Link
from newsletter.digest.links import links_of
from tests.newsletter.digest.samples import digest, read
from tests.newsletter.digest.test_jsonform import FULL


def test_links_come_in_the_order_of_the_document_those_in_text_included() -> None:
    story = "## 题\n\n> **来源：** [甲](https://a.example)\n\n- [乙](https://b.example)：见**[丙](https://c.example)**"
    rest = "## 其他相关资讯\n\n- [丁](https://d.example)\n- 没有地址"
    assert links_of(read(digest(story, rest=rest))) == (
        Link("甲", "https://a.example"),
        Link("乙", "https://b.example"),
        Link("丙", "https://c.example"),
        Link("丁", "https://d.example"),
    )


def test_links_of_other_formats_are_found_too() -> None:
    assert [link.url for link in links_of(FULL)] == [f"https://{host}.example" for host in "abcd"]
