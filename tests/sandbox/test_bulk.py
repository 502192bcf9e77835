"""SendBulkEmail: what is accepted, and how it reads."""

import json
from email import message_from_string, policy

from tests.sandbox.running import Sandbox
from tests.sandbox.sending import bulk, entry


def test_each_entry_has_a_result_in_order_and_a_message_of_its_own(sandbox: Sandbox) -> None:
    results = sandbox.ses.send_bulk_email(**bulk(*(entry(f"r{i}@example.test") for i in range(50))))

    ids = [result["MessageId"] for result in results["BulkEmailEntryResults"]]
    assert {result["Status"] for result in results["BulkEmailEntryResults"]} == {"SUCCESS"}
    assert [(m["id"], m["to"]) for m in sandbox.messages()] == [(ids[i], f"r{i}@example.test") for i in range(50)]


def test_an_entrys_data_stands_over_the_default(sandbox: Sandbox) -> None:
    template = {
        "TemplateContent": {"Subject": "{{greeting}}", "Html": "{{greeting}} {{ name }}", "Text": "-"},
        "TemplateData": json.dumps({"greeting": "你好", "name": "读者"}),
    }
    sandbox.ses.send_bulk_email(**bulk(entry(data={}), entry(data={"name": "李雷", "spare": 1}), template=template))

    assert [message["html"] for message in sandbox.messages()] == ["你好 读者", "你好 李雷"]
    assert sandbox.messages()[0]["subject"] == "你好"


def test_values_are_neither_escaped_nor_looked_at_again(sandbox: Sandbox) -> None:
    template = {"TemplateContent": {"Subject": "s", "Html": "{{a}}|{{n}}|{{lbrace}}name}}"}}
    sandbox.ses.send_bulk_email(**bulk(entry(data={"a": "<b>&{{lbrace}}", "n": 3, "lbrace": "{{"}), template=template))

    assert sandbox.messages()[0]["html"] == "<b>&{{lbrace}}|3|{{name}}"


def test_an_entrys_header_replaces_the_templates_of_the_same_name(sandbox: Sandbox) -> None:
    defaults = {"Headers": [{"Name": "List-Id", "Value": "a"}, {"Name": "X-Kept", "Value": "b"}]}
    own = [{"Name": "list-id", "Value": "=?utf-8?b?6YCf6YCS?= <ai.example.test>"}]
    sandbox.ses.send_bulk_email(**bulk(entry(ReplacementHeaders=own), template=defaults))

    headers = sandbox.messages()[0]["headers"]
    assert headers["list-id"] == "速递 <ai.example.test>"
    assert headers["X-Kept"] == "b"
    assert "List-Id" not in headers


def test_tags_are_the_defaults_and_the_entrys(sandbox: Sandbox) -> None:
    defaults = [{"Name": "newsletter", "Value": "express"}, {"Name": "delivery", "Value": "none"}]
    sandbox.ses.send_bulk_email(**bulk(entry(tag="7-1-1"), DefaultEmailTags=defaults))

    assert sandbox.messages()[0]["tags"] == {"newsletter": "express", "delivery": "7-1-1"}


def test_headers_are_those_that_ses_sends_decoded_for_reading(sandbox: Sandbox) -> None:
    sandbox.ses.send_bulk_email(**bulk(ReplyToAddresses=["desk@example.test"]))

    (message,) = sandbox.messages()
    assert message["from"] == "AI行业速递 <news@example.test>"
    headers = message["headers"]
    assert headers["From"] == message["from"]
    assert headers["Subject"] == "速递 读者"
    assert headers["Reply-To"] == "desk@example.test"
    assert headers["Message-ID"] == f"<{message['id']}@email.amazonses.com>"
    assert {"To", "Date", "MIME-Version", "Content-Type"} <= set(headers)


def test_the_source_is_a_mime_message_of_both_parts(sandbox: Sandbox) -> None:
    sandbox.ses.send_bulk_email(**bulk())
    source = sandbox.get(_first_link(sandbox) + "/source").text

    assert source.isascii()
    parsed = message_from_string(source, policy=policy.default)
    assert [part.get_content_type() for part in parsed.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    html, text = parsed.get_body(("html",)), parsed.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert html.get_content().strip() == "<p>读者，你好</p>"
    assert text.get_content().strip() == "读者，你好"


def test_a_stored_template_is_sent_by_name(sandbox: Sandbox) -> None:
    content = {"Subject": "{{name}}", "Html": "<i>{{name}}</i>", "Text": ""}
    sandbox.ses.create_email_template(TemplateName="stored", TemplateContent=content)
    try:
        request = bulk()
        request["DefaultContent"] = {"Template": {"TemplateName": "stored"}}
        sandbox.ses.send_bulk_email(**request)
    finally:
        sandbox.ses.delete_email_template(TemplateName="stored")

    assert sandbox.messages()[0]["html"] == "<i>读者</i>"


def test_several_recipients_of_one_entry_are_one_message(sandbox: Sandbox) -> None:
    destination = {"ToAddresses": ["A <a@example.test>", "b@example.test"], "CcAddresses": ["c@example.test"]}
    sandbox.ses.send_bulk_email(**bulk(entry(Destination=destination)))

    (message,) = sandbox.messages("?to=B@example.test")
    assert message["to"] == "A <a@example.test>, b@example.test, c@example.test"
    assert sandbox.messages("?to=example.test") == []
    assert sandbox.ses.get_account()["SendQuota"]["SentLast24Hours"] == 3


def _first_link(sandbox: Sandbox) -> str:
    seq = sandbox.get("/").text.partition('data-seq="')[2].partition('"')[0]
    return f"/messages/{seq}"
