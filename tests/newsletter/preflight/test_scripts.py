from __future__ import annotations

import functools
import tomllib
from pathlib import Path

import pytest
from opencc import OpenCC

from newsletter import preflight
from newsletter.digest.document import Source
from newsletter.preflight.findings import Severity
from newsletter.preflight.inspected import Inspected
from newsletter.preflight.tables import SIMPLIFIED_ONLY, TRADITIONAL_ONLY
from tests.newsletter.preflight.subjects import (
    FOOTER,
    codes,
    document,
    html,
    inspected,
    mail,
    of_code,
    places,
    publication,
    story,
)

TABLES = Path(preflight.__file__).with_name("scripts.toml")


def traditional(text: str, **changes: object) -> Inspected:
    """A report in Traditional characters whose only story says this."""
    told = story("圖像模型", **{"category": None, "sources": (), "insight": text, **changes})
    issue = document(told, title="情報", series=None, other_links=())
    newsletter = publication(language="zh-Hant", name="情報", tagline="", from_name="編輯部", postal_address="臺北")
    shown = mail(
        subject="圖像模型", preheader="圖像模型", html=html(footer=FOOTER.replace("北京市海淀区某街 1 号", "臺北"))
    )
    return inspected(issue, publication=newsletter, rendered=shown)


def words(subject: Inspected) -> list[str]:
    return [finding.message.partition(": ")[2] for finding in of_code(subject, "script-mixed")]


class TestTraditionalText:
    def test_simplified_characters_warn(self) -> None:
        (finding,) = of_code(traditional("這是一個图像模型，支持实时推理。"), "script-mixed")
        assert finding.severity == Severity.WARN
        assert places([finding]) == [(1, None)]
        assert finding.message == "Simplified in Traditional text: 個图像, 持实时推."

    @pytest.mark.parametrize(
        "text",
        [
            "皇后在臺灣、台灣的公里數，干擾、只有、面對、什么樣，乾淨的群峰，裏外著手，床上的后記",
            "為了保持一致性，線上學習與個人化的舊系統，真實攝影，說話的強度",
            "昵稱與栖息地、公厘",
            "Transformer 的 KV-cache",
        ],
    )
    def test_characters_of_both_scripts_are_none(self, text: str) -> None:
        assert words(traditional(text)) == []

    def test_entities_keep_their_script(self) -> None:
        text = "摩尔线程公開新架構，自变量機器人創辦人，接替庞若鸣。"
        entities = ("摩尔线程", "自变量机器人", "庞若鸣")
        assert words(traditional(text, entities=entities)) == []
        assert words(traditional(text)) == ["摩尔线程, 自变量, 替庞若鸣."]

    def test_sources_and_titles_keep_theirs(self) -> None:
        subject = traditional("《机器学习入门》，机器之心報導", sources=(Source("机器之心", "https://a.test/"),))
        assert words(subject) == []

    def test_code_and_addresses_are_not_read(self) -> None:
        assert words(traditional("`图像` https://a.test/图像")) == []

    def test_an_entity_allows_itself_only(self) -> None:
        assert words(traditional("摩尔线程與图像", entities=("摩尔线程",))) == ["與图像."]

    def test_a_pasted_story_is_one_finding(self) -> None:
        (found,) = words(traditional("这个模型，训练时间，数据质量，参数规模，还没发布，谁会买单，让开发者来说。"))
        assert found.endswith("….")


class TestSimplifiedText:
    def test_traditional_characters_warn(self) -> None:
        subject = inspected(document(story(insight="这是一個圖像模型。")))
        assert words(subject) == ["一個圖像."]

    @pytest.mark.parametrize("text", ["乾隆年间的著作", "昇腾芯片", "瞭望", "「引号」", "堃、喆、珺、镕"])
    def test_characters_of_both_scripts_are_none(self, text: str) -> None:
        assert codes(inspected(document(story(insight=text)))) == set()


def test_what_the_newsletter_says_of_itself_is_read_too() -> None:
    spoilt = inspected(traditional("正文").document, publication=publication(language="zh-Hant", name="情报"))
    assert (None, "name") in places(of_code(spoilt, "script-mixed"))


class TestTheInboxLine:
    def test_is_read_too(self) -> None:
        subject = inspected(rendered=mail(subject="圖像模型"))
        assert places(of_code(subject, "script-mixed")) == [(None, "subject")]

    def test_is_not_told_again_when_it_is_made_of_the_stories(self) -> None:
        subject = inspected(document(story("圖像模型")), rendered=mail(subject="圖像模型"))
        assert places(of_code(subject, "script-mixed")) == [(1, None)]


def test_other_languages_have_no_scripts_to_mix() -> None:
    english = publication(language="en")
    assert codes(inspected(document(story(insight="圖 and 图")), publication=english)) == set()


@functools.cache
def changed(conversion: str) -> frozenset[str]:
    """The characters of Unicode's Han blocks that OpenCC's conversion changes."""
    blocks = tuple(map(chr, range(0x3400, 0xA000)))
    converted = OpenCC(conversion).convert("\n".join(blocks)).split("\n")
    return frozenset(before for before, after in zip(blocks, converted, strict=True) if before != after)


def test_the_tables_are_what_opencc_and_the_standards_say() -> None:
    """OpenCC also changes characters that belong to both scripts (后, 里, 乾), so a character counts as foreign only
    where the standard of the other script doesn't have it. Of Big5 its frequent level counts: the other holds rare
    characters that look Simplified (体, 万)."""
    frequent = range(0xA440, 0xC67F)
    simplified = {
        each
        for each in changed("s2t") - changed("t2s")
        if int.from_bytes(each.encode("big5", "replace")) not in frequent
    }
    traditional = {each for each in changed("t2s") - changed("s2t") if len(each.encode("gb2312", "replace")) != 2}
    tables = tomllib.loads(TABLES.read_text(encoding="utf-8"))
    assert {name: set(lines) - {"\n"} for name, lines in tables.items()} == {
        "simplified": simplified,
        "traditional": traditional,
    }


def test_no_character_is_foreign_to_both() -> None:
    assert SIMPLIFIED_ONLY.isdisjoint(TRADITIONAL_ONLY)
    assert set("图们这个体与万医无双") <= SIMPLIFIED_ONLY
    assert set("圖們這個體與萬醫無雙") <= TRADITIONAL_ONLY
    assert SIMPLIFIED_ONLY.isdisjoint("后里干台只面于云松谷丑斗")
