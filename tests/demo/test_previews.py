"""The contact sheet of previews. Taking the pictures needs Chromium; what they show is tested with the rendering."""

from __future__ import annotations

from pathlib import Path

from demo import previews
from demo.mails import mail_of
from demo.previews import LINKS, Picture, Preview, digests, sheet

SAMPLES = previews.ROOT / "samples"


def test_samples_and_one_more_folder_are_previewed(tmp_path: Path) -> None:
    (tmp_path / "express-2099-01-01.md").touch()
    (tmp_path / "README.md").touch()
    names = [path.name for path in digests(str(tmp_path))]
    assert "express-2099-01-01.md" in names
    assert "README.md" not in names
    assert set(names) >= {path.name for path in SAMPLES.glob("*-*.md")} == {path.name for path in digests(None)}


def test_a_sample_becomes_its_publications_mail_with_slots_filled() -> None:
    mail = mail_of(SAMPLES / "express-2026-01-15.md", LINKS)
    assert mail is not None
    assert "{{" not in mail.html + mail.text + mail.subject
    assert LINKS["unsubscribe_url"] in mail.html
    assert "AI行业速递" in mail.html


def test_a_file_that_is_no_digest_is_left_out_with_a_word(tmp_path: Path, capsys: object) -> None:
    path = tmp_path / "no-digest.md"
    path.write_text("Hello.\n", encoding="utf-8")
    assert mail_of(path, LINKS) is None


def test_the_sheet_has_a_row_for_each_mail_and_a_figure_for_each_picture() -> None:
    mails = [Preview(name, "<主题>", 51_234, "") for name in ("a-1", "b-2")]
    page = sheet(
        [Picture(mail, "dark", width, (f"{mail.name}-{width}.png",)) for mail in mails for width in (320, 680)]
    )
    assert page.count("<section>") == 2
    assert page.count("<figure") == 4
    assert "a-1 · 51.2 KB · &lt;主题&gt;" in page
    assert 'src="b-2-680.png"' in page
