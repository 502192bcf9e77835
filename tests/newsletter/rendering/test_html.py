"""What the mail's HTML must keep through MJML, premailer and the collapsing of white space."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from newsletter.digest.document import Document
from newsletter.rendering import checks
from newsletter.rendering.compacting import compact
from newsletter.rendering.errors import BrokenMail
from newsletter.rendering.landmarks import with_main
from newsletter.rendering.pipeline import Rendered, render
from newsletter.rendering.publication import Theme
from newsletter.rendering.slots import UnknownSlot, fill
from tests.newsletter.rendering.factories import VALUES, document, publication, publication_of
from tests.newsletter.rendering.full import FORMATS, full_document

KB = 1000
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module", params=FORMATS)
def mail(request: pytest.FixtureRequest) -> Rendered:
    issue = full_document(request.param, language="zh-Hans")
    return render(issue, publication(format=request.param))


def test_a_full_issue_stays_far_from_where_gmail_clips(issue: Document) -> None:
    html = fill(render(issue, publication_of(issue)).html, VALUES, "html")
    grown = re.sub(r'href="[^"]*"', f'href="https://{"t" * 272}"', html)
    assert len(html.encode()) <= {"express": 68, "bulletin": 51.5, "report": 80}[issue.format] * KB
    assert len(grown.encode()) <= {"express": 76, "bulletin": 60, "report": 92}[issue.format] * KB


def test_dark_mode_survives_inlining_important_and_all(mail: Rendered) -> None:
    assert "@media (prefers-color-scheme:dark){" in mail.html
    assert ".card{background-color:#1b2027 !important}" in mail.html
    assert "[data-ogsc] .card{background-color:#1b2027 !important}" in mail.html
    assert "[data-ogsb] .page{" in mail.html
    assert '<meta name="color-scheme" content="light dark">' in mail.html
    assert "data-premailer" not in mail.html


def test_what_matters_is_in_the_elements_and_follows_the_theme() -> None:
    mail = render(document(), publication(theme=Theme(accent="#9a3412", logo_url="https://a.cn/l.png?a=1&b=2")))
    assert re.search(r'<p class="category" style="[^"]*color:#9a3412"', mail.html)
    assert re.search(r'<td class="tint" style="[^"]*border-left:3px solid #9a3412"', mail.html)
    assert '<img src="https://a.cn/l.png?a=1&amp;b=2" alt=""' in mail.html


def test_outlooks_conditional_comments_stay_whole_and_balanced(mail: Rendered) -> None:
    opened = re.findall(r"<!--\[if [^\]]+\]>", mail.html)
    assert len(opened) == mail.html.count("<![endif]-->") > 10
    blocks = "".join(re.findall(r"<!--\[if mso \| IE\]>(.*?)<!\[endif\]-->", mail.html, re.DOTALL))
    for tag in ("table", "tr", "td"):
        assert blocks.count(f"<{tag}") == blocks.count(f"</{tag}>")
    assert "<!--[if !mso]><!-->" in mail.html
    assert "<!--<![endif]-->" in mail.html
    assert "<o:PixelsPerInch>96</o:PixelsPerInch>" in mail.html
    assert (
        "<!--[if mso]><style>td,p,li,h1,h2,h3,h4{font-family:'Microsoft YaHei',sans-serif}</style><![endif]-->"
        in mail.html
    )


def test_links_that_end_a_subscription_are_not_tracked(mail: Rendered) -> None:
    for name in ("unsubscribe_url", "preferences_url"):
        links = re.findall(rf'<a\b[^>]*href="{{{{{name}}}}}"[^>]*>', mail.html)
        assert len(links) == 1
        assert " ses:no-track" in links[0]


def test_it_is_a_document_in_the_newsletters_language(mail: Rendered) -> None:
    assert mail.html.startswith('<!doctype html><html lang="zh-Hans" dir="ltr"')
    assert "<title>系列：一整句话的标题 — 2026/01/02</title>" in mail.html
    assert mail.html.count("<h1") == 1
    assert mail.html.count("<table") == mail.html.count('role="presentation"')
    assert "fonts.googleapis.com" not in mail.html
    assert "&#" not in mail.html


def test_all_that_is_shown_stands_in_one_main_landmark_inside_of_one_article(mail: Rendered) -> None:
    assert mail.html.count(' role="main"') == mail.html.count(' role="article"') == 1
    hidden, _, shown = mail.html.partition('<div role="main">')
    assert re.match(r'<div [^>]*aria-roledescription="email"[^>]* role="article" lang="zh-Hans"', shown)
    assert shown.endswith("</div></div></body></html>")
    assert hidden.rpartition("<body")[2].count("<div ") == 1


def test_a_mail_without_its_article_is_refused() -> None:
    with pytest.raises(BrokenMail, match="main landmark"):
        with_main("<!doctype html><body><div>…</div></body>")


def test_the_preheader_comes_first_hidden_and_padded() -> None:
    mail = render(document(), publication(), preheader="先睹为快")
    body = mail.html.partition("<body")[2]
    assert re.match(r'[^>]*><div style="display:none;[^"]*">先睹为快\u034f\u200c\u00a0', body)


def test_fonts_are_the_systems_own_for_the_script() -> None:
    for language, font, outlook in (
        ("zh-Hant", "PingFang TC", "Microsoft JhengHei"),
        ("zh-Hans", "PingFang SC", "Microsoft YaHei"),
        ("en", "Segoe UI", "Segoe UI"),
    ):
        html = render(document(), publication(language=language)).html
        assert f"{font}, " in html.partition("<body")[2].partition("<table")[0]
        assert f"{{font-family:'{outlook}',sans-serif}}" in html


def test_headings_step_down_one_at_a_time(issue: Document) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", render(issue, publication_of(issue)).html)]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_white_space_goes_between_blocks_and_stays_between_words() -> None:
    html = (
        "<div>\n <p><b>a</b> <i>b</i>\n c</p>\n\n<!--[if mso | IE]><tr><![endif]-->\n<!--[if mso | IE]><td><![endif]-->"
    )
    assert compact(html) == "<div><p><b>a</b> <i>b</i>\n c</p><!--[if mso | IE]><tr><td><![endif]-->"
    assert compact("<p>一　</p>") == "<p>一　</p>"


def test_styles_keep_what_they_say_in_fewer_bytes() -> None:
    assert compact('<td style="font-size:0px; padding:10px 0px;">') == '<td style="font-size:0;padding:10px 0px">'


def test_the_same_issue_gives_the_same_bytes_in_another_process() -> None:
    code = (
        "import hashlib; from newsletter.rendering.pipeline import render;"
        "from tests.newsletter.rendering.factories import publication;"
        "from tests.newsletter.rendering.full import full_document;"
        "print(hashlib.sha256(render(full_document('report'), publication()).html.encode()).hexdigest())"
    )
    other = {subprocess.check_output([sys.executable, "-c", code], text=True, cwd=ROOT).strip() for _ in range(2)}
    assert other == {hashlib.sha256(render(full_document("report"), publication()).html.encode()).hexdigest()}


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"text": "no slots"}, BrokenMail, "text has no"),
        ({"html": "<p>no slots</p>"}, BrokenMail, "HTML has no"),
        ({"html": '<!doctype html><a href="{{unsubscribe_url}}">{{web_url}}'}, BrokenMail, "track"),
        ({"html": "<!doctype html>{{unsubscribe_url}}{{web_url}}&#x4e2d;"}, BrokenMail, "entities"),
        ({"html": "{{unsubscribe_url}}{{web_url}}"}, BrokenMail, "doctype"),
        ({"preheader": "{{oops}}"}, UnknownSlot, "oops"),
    ],
)
def test_a_mail_that_lacks_what_it_must_have_is_refused(
    mail: Rendered, change: dict[str, str], error: type[Exception], message: str
) -> None:
    parts = {"subject": mail.subject, "preheader": mail.preheader, "html": mail.html, "text": mail.text}
    with pytest.raises(error, match=message):
        checks.check_mail(**parts | change)
