"""The inbox page: what a person sees."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.sandbox.running import Sandbox
from tests.sandbox.sending import bulk, entry, simple


def _seqs(page: str) -> list[str]:
    return re.findall(r'class="line[^"]*" href="[^"]*" data-seq="(\d+)"', page)


def test_an_empty_inbox_says_what_to_do(sandbox: Sandbox) -> None:
    page = sandbox.get("/").text

    assert "No mail yet" in page
    assert f"AWS_ENDPOINT_URL_SESV2={sandbox.url}" in page


def test_the_list_shows_sender_subject_and_recipient_newest_first(sandbox: Sandbox) -> None:
    sandbox.ses.send_bulk_email(**bulk(entry("first@example.test"), entry("second@example.test")))
    page = sandbox.get("/")

    assert page.text.index("second@example.test") < page.text.index("first@example.test")
    assert "AI行业速递" in page.text
    assert "速递 读者" in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


def test_the_list_is_searched(sandbox: Sandbox) -> None:
    sandbox.ses.send_bulk_email(**bulk(entry("first@example.test"), entry("second@example.test")))
    sandbox.ses.send_email(**simple("third@example.test"))

    assert len(_seqs(sandbox.get("/?q=FIRST").text)) == 1
    assert len(_seqs(sandbox.get("/?q=%E7%A1%AE%E8%AE%A4").text)) == 1
    assert "Nothing found" in sandbox.get("/?q=%3Cscript%3E").text
    assert "<script>" not in sandbox.get("/?q=%3Cscript%3E").text


def test_the_list_is_paged(sandbox: Sandbox) -> None:
    for _ in range(3):
        sandbox.ses.send_bulk_email(**bulk(*[entry()] * 40))
    seen: list[str] = []
    link = "/"
    while link:
        page = sandbox.get(link).text
        seen += _seqs(page)
        older = re.search(r'href="(/\?[^"]*before=\d+)">Older', page)
        link = older[1] if older else ""

    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("html", 'sandbox="allow-popups'),
        ("phone", 'class="body phone"'),
        ("text", "读者，你好"),
        ("headers", "Message-ID"),
        ("tags", "7-1-1"),
        ("source", "Content-Transfer-Encoding: base64"),
        ("nonsense", "<iframe"),
    ],
)
def test_a_message_has_its_views(sandbox: Sandbox, tab: str, words: str) -> None:
    sandbox.ses.send_bulk_email(**bulk(entry(tag="7-1-1")))
    (seq,) = _seqs(sandbox.get("/").text)

    assert words in sandbox.get(f"/?m={seq}&tab={tab}").text
    assert words in sandbox.get(f"/messages/{seq}?tab={tab}").text


def test_the_html_of_a_message_can_do_nothing(sandbox: Sandbox) -> None:
    template = {"TemplateContent": {"Subject": "s", "Html": "<html><head></head><script>alert(1)</script></html>"}}
    sandbox.ses.send_bulk_email(**bulk(template=template))
    (seq,) = _seqs(sandbox.get("/").text)
    framed = sandbox.get(f"/messages/{seq}/html")

    policy = framed.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script-src" not in policy
    assert '<head><base target="_blank">' in framed.text


def test_names_and_subjects_are_escaped(sandbox: Sandbox) -> None:
    request = simple(FromEmailAddress='"<b>Bold</b>" <news@example.test>')
    request["Content"]["Simple"]["Subject"]["Data"] = "<img src=x>"
    sandbox.ses.send_email(**request)
    (seq,) = _seqs(sandbox.get("/").text)

    for path in ("/", f"/messages/{seq}"):
        assert "<img src=x>" not in sandbox.get(path).text
        assert "<b>Bold" not in sandbox.get(path).text


def test_what_is_gone_is_said_to_be(sandbox: Sandbox) -> None:
    for path in ("/messages/999999", "/messages/999999/html", "/messages/999999/source", "/static/secret.txt"):
        assert sandbox.get(path).status == 404
    assert "gone" in sandbox.get("/?m=999999").text


def test_the_pulse_tells_of_new_mail(sandbox: Sandbox) -> None:
    before = sandbox.get("/pulse").json
    sandbox.ses.send_bulk_email(**bulk(entry(tag="1-1-1")))
    after = sandbox.get("/pulse").json

    assert after["latest"] > before["latest"]
    assert after["stats"]["messages"] == 1
    assert set(after["events"]) == {"queued", "posted", "dropped", "retried"}


class _Unsubscriptions:
    """Where the button's POST arrives."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, str]] = []
        self.status = 200
        unsubscriptions = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                unsubscriptions.requests.append((self.path, self.headers["Content-Type"], body))
                self.send_response(unsubscriptions.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/u/token?a=1"


@pytest.fixture
def unsubscriptions() -> Iterator[_Unsubscriptions]:
    """A running one."""
    target = _Unsubscriptions()
    thread = threading.Thread(target=target.server.serve_forever, args=(0.05,))
    thread.start()
    yield target
    target.server.shutdown()
    thread.join()
    target.server.server_close()


def _one_click(url: str) -> dict[str, object]:
    lines = [
        {"Name": "List-Unsubscribe", "Value": f"<mailto:a@example.test>, <{url}>"},
        {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
    ]
    return entry(ReplacementHeaders=lines)


@pytest.mark.parametrize(("status", "words"), [(200, "Unsubscribed"), (500, "Not unsubscribed")])
def test_the_button_posts_as_a_mail_client_does(
    sandbox: Sandbox, unsubscriptions: _Unsubscriptions, status: int, words: str
) -> None:
    unsubscriptions.status = status
    sandbox.ses.send_bulk_email(**bulk(_one_click(unsubscriptions.url)))
    (seq,) = _seqs(sandbox.get("/").text)
    assert ">Unsubscribe</button>" in sandbox.get(f"/?m={seq}").text

    answer = sandbox.request("POST", f"/messages/{seq}/unsubscribe", {})
    assert words in answer.text
    assert unsubscriptions.requests == [
        ("/u/token?a=1", "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click")
    ]


def test_the_button_calls_no_other_machine(sandbox: Sandbox) -> None:
    sandbox.ses.send_bulk_email(**bulk(_one_click("https://example.test/u/1")))
    (seq,) = _seqs(sandbox.get("/").text)

    assert "disabled" in sandbox.get(f"/?m={seq}").text
    assert "this machine only" in sandbox.request("POST", f"/messages/{seq}/unsubscribe", {}).text


def test_there_is_no_button_without_the_headers(sandbox: Sandbox) -> None:
    sandbox.ses.send_bulk_email(**bulk())
    (seq,) = _seqs(sandbox.get("/").text)

    assert ">Unsubscribe</button>" not in sandbox.get(f"/?m={seq}").text
    assert sandbox.request("POST", f"/messages/{seq}/unsubscribe", {}).status == 404
    assert sandbox.get(f"/messages/{seq}/unsubscribe").status == 405
