from __future__ import annotations

from newsletter.rendering.passages import passages
from tests.newsletter.rendering.factories import bullet, paragraph


def test_paragraphs_and_lists_keep_their_order() -> None:
    items = (bullet("一"), bullet("二"), paragraph("段"), bullet("三"))
    assert passages(items, "：") == "<ul><li>一</li><li>二</li></ul><p>段</p><ul><li>三</li></ul>"


def test_bullets_stand_under_bullets_three_levels_deep() -> None:
    items = (bullet("甲", None, bullet("乙", None, bullet("丙"))),)
    assert passages(items, "：") == "<ul><li>甲<ul><li>乙<ul><li>丙</li></ul></li></ul></li></ul>"


def test_a_label_has_a_colon_only_before_text() -> None:
    items = (bullet("正文", "标签"), bullet("", "只有标签"))
    assert passages(items, ": ") == ("<ul><li><strong>标签: </strong>正文</li><li><strong>只有标签</strong></li></ul>")


def test_lines_that_only_head_other_bullets_are_small_headings_without_a_bullet() -> None:
    items = (bullet("", "话题", bullet("细节")), bullet("", "又一个", bullet("细节")))
    assert passages(items, "：") == (
        '<ul class="bare"><li class="topic"><strong>话题</strong><ul><li>细节</li></ul></li>'
        '<li class="topic"><strong>又一个</strong><ul><li>细节</li></ul></li></ul>'
    )
    mixed = (bullet("", "话题", bullet("细节")), bullet("一条"))
    assert 'class="bare"' not in passages(mixed, "：")
