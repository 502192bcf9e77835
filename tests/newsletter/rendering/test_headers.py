from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.digest.document import Document
from newsletter.rendering.measure import clip, columns, minutes_to_read
from newsletter.rendering.pipeline import default_preheader, default_subject, render
from newsletter.rendering.slots import fill
from tests.newsletter.preflight.subjects import codes, inspected
from tests.newsletter.rendering.factories import VALUES, document, publication, publication_of, story

TITLES = st.text(alphabet="谷歌：，AI模型 15%-|。🤖\n*`", min_size=1, max_size=90)


@given(st.lists(TITLES, max_size=4), st.sampled_from(["en", "zh-Hans", "zh-Hant"]))
def test_subject_and_preheader_fit_an_inbox_whatever_the_titles(titles: list[str], language: str) -> None:
    issue = document(*(story(title) for title in titles))
    subject = default_subject(issue, publication(language=language))
    preheader = default_preheader(issue, publication(language=language))
    assert 0 < columns(subject) <= 50
    assert 40 <= columns(preheader) <= 140
    assert "\n" not in subject + preheader


@given(st.lists(TITLES, max_size=4))
def test_a_preheader_repeats_neither_the_subject_nor_itself(titles: list[str]) -> None:
    issue = document(*(story(title) for title in titles))
    subject, preheader = default_subject(issue, publication()), default_preheader(issue, publication())
    pieces = [ink for each in preheader.split(" · ") if (ink := "".join(filter(str.isalnum, each)))]
    assert not any(piece in "".join(filter(str.isalnum, subject)) for piece in pieces)
    assert len(set(pieces)) == len(pieces)


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="{}模型x ：", min_size=1, max_size=70))
def test_a_subject_with_braces_fits_as_it_is_read_and_pre_flight_agrees(title: str) -> None:
    mail = render(document(story(title)), publication())
    assert columns(fill(mail.subject, VALUES, "header")) <= 50
    assert "subject-long" not in codes(inspected(rendered=mail))


def test_a_real_issues_subject_and_preheader_fit(issue: Document) -> None:
    assert columns(default_subject(issue, publication_of(issue))) <= 50
    assert 40 <= columns(default_preheader(issue, publication_of(issue))) <= 140


def test_the_subject_is_the_lead_in_whole_clauses_with_series_and_date() -> None:
    issue = document(story("开源周年盘点：从一篇论文到三百个可用模型的工程之路，以及仍然悬而未决的五个问题"))
    assert default_subject(issue, publication()) == "开源周年盘点｜AI行业速递 11月27日"
    short = document(story("回顾特刊：从一次开源发布到登上《自然》的一整年"))
    assert default_subject(short, publication()) == "回顾特刊：从一次开源发布到登…｜AI行业速递 11月27日"


def test_an_issue_with_a_headline_of_its_own_leads_with_it() -> None:
    short = document(title="算力與記憶匯流 — 2025/11/27", series=None)
    assert default_subject(short, publication()) == "算力與記憶匯流｜AI行业速递 11月27日"
    longer = document(title="開源模型與終端推理走到了分水嶺", series=None)
    assert default_subject(longer, publication(name="AI Daily 情報")) == "開源模型與終端推理走到了分水嶺｜11月27日"
    longest = document(title="從規模競賽到可驗證的信任：AI 關鍵時刻的一整年回顧特刊", series=None)
    assert default_subject(longest, publication()) == "從規模競賽到可驗證的信任"
    assert default_preheader(longest, publication()).startswith("一则要闻：它为何重要 · 洞察在此。")


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("算力與記憶匯流 2025/11/27", "算力與記憶匯流｜AI行业速递 11月27日"),
        ("2025年11月27日：算力與記憶匯流", "算力與記憶匯流｜AI行业速递 11月27日"),
        ("算力與記憶在11月27日匯流", "算力與記憶在11月27日匯流｜AI行业速递"),
        ("What happened on November 27, 2025", "What happened on November 27, 2025｜AI行业速递"),
        ("算力與記憶匯流 2025/11/26", "算力與記憶匯流 2025/11/26｜AI行业速递 11月27日"),
    ],
)
def test_the_subject_says_the_date_once(title: str, subject: str) -> None:
    assert default_subject(document(title=title, series=None), publication()) == subject


def test_a_lead_that_names_the_date_is_not_told_it_again() -> None:
    assert default_subject(document(story("11月27日的发布会")), publication()) == "11月27日的发布会｜AI行业速递"
    assert default_subject(document(title="2025-11-27", series=None), publication()).startswith("一则要闻：")


def test_a_short_issues_preheader_is_made_of_what_it_says_and_of_nothing_around_it() -> None:
    issue = document(story("甲厂开源了一个三十亿参数的小模型：它只用四位，而且跑得很快", insight="洞察：小而快。"))
    given = publication(name="速递")
    assert default_subject(issue, given) == "甲厂开源了一个三十亿参数的小…｜AI行业速递 11月27日"
    preheader = default_preheader(issue, given)
    assert preheader == "洞察：小而快。 · 另一条消息 · 正文在此。"
    bare = document(story("题", insight=None, blocks=()), other_links=())
    assert default_preheader(bare, given) == "1 篇要闻、约 1 分钟读完 · 读懂每一天的 AI 行业"
    assert "订阅" not in default_preheader(bare, publication(tagline=""))


def test_clauses_of_the_lead_that_the_subject_had_no_room_for_open_a_short_preheader() -> None:
    issue = document(story("小模型开源周年盘点：从一篇论文到三百个可用模型的工程之路"))
    assert default_subject(issue, publication()) == "小模型开源周年盘点｜AI行业速递 11月27日"
    assert default_preheader(issue, publication()) == "从一篇论文到三百个可用模型的工程之路 · 洞察在此。"


def test_a_subject_of_the_desk_is_not_repeated_either() -> None:
    issue = document(story("头条"), story("芯片涨价"), story("机器人会做饭了，而且做得不错"))
    preheader = render(issue, publication(), subject="芯片涨价，为什么？").preheader
    assert preheader.startswith("机器人会做饭了，而且做得不错 · ")
    assert "芯片涨价" not in preheader


def test_the_preheader_tells_what_else_is_inside() -> None:
    issue = document(story("头条"), story("第二条：说来话长而且很重要的一件事"), story("第三条也很重要所以放在这里"))
    preheader = default_preheader(issue, publication())
    assert preheader == "第二条：说来话长而且很重要的一件事 · 第三条也很重要所以放在这里"


@pytest.mark.parametrize(("text", "width"), [("ab", 2), ("速递", 4), ("🤖", 2), ("e\u0301", 1), ("a\u034f\u200c", 1)])
def test_columns_are_counted_as_shown(text: str, width: int) -> None:
    assert columns(text) == width


def test_clipping_leaves_an_ellipsis_and_no_dangling_punctuation() -> None:
    assert clip("速递，每天", 8) == "速递…"
    assert clip("速递", 4) == "速递"


def test_minutes_to_read_count_han_characters_and_latin_words() -> None:
    assert minutes_to_read(document(story("标题", insight="字" * 800, blocks=(), category=None))) == 3
    assert minutes_to_read(document(story("Title", insight="word " * 439, blocks=(), category=None))) == 2
    assert minutes_to_read(document(story("题", insight=None, blocks=()))) == 1


@pytest.mark.parametrize(
    "title", ["Nature | AlphaFold 4", "AI Daily: Everything", 'Opus 5: "What\'s New"', "A - B – C"]
)
def test_a_title_that_fits_keeps_its_spaces_and_bars(title: str) -> None:
    assert title in default_subject(document(story(title)), publication())
