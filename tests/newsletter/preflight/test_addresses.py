from __future__ import annotations

import pytest

from newsletter.digest.document import OtherLink
from newsletter.preflight.addresses import glued
from newsletter.preflight.findings import Severity
from tests.newsletter.preflight.subjects import codes, document, inspected, linking, of_code, places, saying, story


class TestDuplicates:
    def test_warn_and_say_where(self) -> None:
        told = story(insight="见[这里](https://a.test/x)。")
        subject = inspected(document(told, other_links=(OtherLink("又一次", "https://a.test/x/"),)))
        (finding,) = of_code(subject, "link-duplicate")
        assert finding.severity == Severity.WARN
        assert finding.message == "a.test/x is linked 2 times: story 1, insight; other links."
        assert places([finding]) == [(None, "other_links")]

    def test_many_places_are_not_all_listed(self) -> None:
        (finding,) = of_code(
            inspected(document(*(story(f"第{n}条", insight="见[它](https://a.test/x)。") for n in range(9)))),
            "link-duplicate",
        )
        assert finding.message.endswith("story 5, insight; story 6, insight; ….")

    def test_different_pages_are_none(self) -> None:
        assert codes(linking("https://a.test/x", "https://a.test/y")) == set()


class TestBareAddresses:
    @pytest.mark.parametrize("text", ["[https://a.test/x](https://a.test/x)", "[www.a.test](https://a.test/)"])
    def test_warn(self, text: str) -> None:
        (finding,) = of_code(saying(text), "link-bare-url")
        assert finding.severity == Severity.WARN

    @pytest.mark.parametrize("text", ["[a.test](https://a.test/)", "[见 https://a.test/x 一文](https://a.test/x)"])
    def test_words_are_none(self, text: str) -> None:
        assert codes(saying(text)) == set()


class TestInsecureLinks:
    def test_warn(self) -> None:
        (finding,) = of_code(linking("HTTP://a.test/"), "link-insecure")
        assert finding.severity == Severity.WARN

    def test_others_do_not(self) -> None:
        assert codes(linking("https://a.test/", "mailto:desk@a.test")) == set()


class TestGluedText:
    @pytest.mark.parametrize(
        ("url", "rest"),
        [
            ("https://dx.doi.org/10.1098/rsos.250921Key", "Key"),
            ("https://doi.org/10.1073/pnas.2511925122Abstract", "Abstract"),
            ("https://arxiv.org/abs/2512.20856Comments", "Comments"),
            ("https://arxiv.org/abs/2512.20856v2摘要", "摘要"),
            ("https://www.qbitai.com/2025/12/363227.htmlRead", "Read"),
            ("https://a.test/news/363227阅读原文", "阅读原文"),
            ("https://a.test/xhttps://b.test/", "https://b.test/"),
            ("https://a.test/x。", "。"),
            ("https://a.test/x）", "）"),
            ("https://a.test/x,", ","),
        ],
    )
    def test_warns(self, url: str, rest: str) -> None:
        assert glued(url) == rest
        (finding,) = of_code(linking(url), "link-glued")
        assert finding.severity == Severity.WARN
        assert repr(rest) in finding.message

    @pytest.mark.parametrize(
        "url",
        [
            "https://doi.org/10.1073/pnas.2511925122",
            "https://doi.org/10.1038/s43588-025-00932-4",
            "https://doi.org/10.1002/(SICI)1097-4571",
            "https://arxiv.org/pdf/2512.18552",
            "https://arxiv.org/pdf/2512.18552v1.pdf",
            "https://huggingface.co/LiquidAI/LFM2-2.6B-Exp",
            "https://github.com/QwenLM/Qwen-Image-Layered",
            "https://zh.wikipedia.org/wiki/人工智能",
            "https://web.archive.org/web/20200101000000/https://a.test/",
            "https://a.test/?url=https://b.test/",
            "https://mp.weixin.qq.com/s/8yrLXIIHC-tLowuwPNKvDA",
            "mailto:desk@a.test",
        ],
    )
    def test_real_addresses_are_none(self, url: str) -> None:
        assert glued(url) is None
