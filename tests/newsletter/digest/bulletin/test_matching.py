from __future__ import annotations

from tests.newsletter.digest.bulletin.samples import digest, reports
from tests.newsletter.digest.samples import read

FISH = (
    "### **乙国深海巡游**\n\n"
    "> **概要**：乙国研究船在三千米深处放下一群仿生机器鱼，连续四十天记录洋流与温度，电量由温差补充。"
)
BREAD = "### **丙城面包房试点**\n\n> **概要**：丙城面包房让烤箱学会看颜色，Oven-7 型把次品率从百分之六压到百分之一。"


def highlight(title: str, summary: str) -> str:
    return f"## ⚡ 本期速览\n\n- **[类]** **{title}**: {summary}"


def test_a_highlight_that_no_story_tells_of_is_reported() -> None:
    lost = highlight(
        "丁队拿下围棋冠军", "少年棋手丁队在决赛中执黑中盘取胜，赛后复盘用了新的开源引擎，观众超过百万人次。"
    )
    assert reports(read(digest(FISH, BREAD, highlights=lost))) == [("highlight.no-story", 5)]


def test_a_highlight_and_its_story_may_have_titles_that_share_nothing() -> None:
    told = highlight("Robots Under the Sea", "仿生机器鱼在三千米深处连续四十天记录洋流，电量来自温差。")
    assert reports(read(digest(FISH, BREAD, highlights=told))) == []


def test_a_story_may_tell_of_it_in_its_bullets_alone() -> None:
    told = highlight("Oven-7 上岗", "烤箱学会看颜色，次品率从百分之六压到百分之一，丙城试点。")
    story = (
        "### **题**\n\n- **甲**\n    - **乙**：丙城面包房让烤箱学会看颜色，Oven-7 型把次品率从百分之六压到百分之一。"
    )
    assert reports(read(digest(story, highlights=told))) == []


def test_a_highlight_of_a_few_words_is_not_judged() -> None:
    assert reports(read(digest(FISH, highlights=highlight("围棋", "夺冠")))) == []


def test_a_line_that_is_no_highlight_is_not_judged() -> None:
    text = digest(FISH, highlights="## ⚡ 本期速览\n\n少年棋手丁队在决赛中执黑中盘取胜，赛后复盘用了新的开源引擎")
    assert reports(read(text)) == [("highlight.unreadable", 5)]
