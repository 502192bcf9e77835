"""SendEmail: simple, raw and from a template."""

import json
from email.message import EmailMessage

import pytest

from tests.sandbox.running import Sandbox
from tests.sandbox.sending import SENDER, simple


def test_a_simple_mail_is_kept_as_it_is(sandbox: Sandbox) -> None:
    answer = sandbox.ses.send_email(**simple(EmailTags=[{"Name": "kind", "Value": "confirmation"}]))

    (message,) = sandbox.messages()
    assert message["id"] == answer["MessageId"]
    assert (message["subject"], message["html"], message["text"]) == ("确认订阅", "<p>正文</p>", "正文")
    assert message["tags"] == {"kind": "confirmation"}


def test_braces_of_a_simple_mail_are_text(sandbox: Sandbox) -> None:
    request = simple()
    request["Content"]["Simple"]["Subject"]["Data"] = "{{name}}"
    sandbox.ses.send_email(**request)

    assert sandbox.messages()[0]["subject"] == "{{name}}"


def test_headers_of_a_simple_mail_are_sent(sandbox: Sandbox) -> None:
    request = simple()
    request["Content"]["Simple"]["Headers"] = [{"Name": "Auto-Submitted", "Value": "auto-generated"}]
    sandbox.ses.send_email(**request)

    assert sandbox.messages()[0]["headers"]["Auto-Submitted"] == "auto-generated"


def test_a_mail_from_a_template_is_merged(sandbox: Sandbox) -> None:
    template = {
        "TemplateContent": {"Subject": "{{a}}", "Html": "<p>{{a}}</p>"},
        "TemplateData": json.dumps({"a": "值"}),
    }
    sandbox.ses.send_email(**simple() | {"Content": {"Template": template}})

    assert (sandbox.messages()[0]["subject"], sandbox.messages()[0]["html"]) == ("值", "<p>值</p>")


@pytest.mark.parametrize("explicit", [True, False])
def test_a_raw_mail_is_read_from_its_own_headers(sandbox: Sandbox, explicit: bool) -> None:
    raw = EmailMessage()
    raw["From"], raw["To"], raw["Subject"] = SENDER, "reader@example.test", "原文"
    raw["Message-ID"], raw["Bcc"] = "<own@example.test>", "hidden@example.test"
    raw["X-SES-MESSAGE-TAGS"], raw["X-SES-CONFIGURATION-SET"] = "kind=test, delivery=9-1-1", "sudi"
    raw.set_content("文字")
    raw.add_alternative("<p>文字</p>", subtype="html")
    said = {"FromEmailAddress": SENDER, "Destination": {"ToAddresses": ["reader@example.test"]}} if explicit else {}
    answer = sandbox.ses.send_email(Content={"Raw": {"Data": raw.as_bytes()}}, **said)

    (message,) = sandbox.messages()
    assert (message["subject"], message["text"].strip()) == ("原文", "文字")
    assert message["html"].strip() == "<p>文字</p>"
    assert message["tags"] == {"kind": "test", "delivery": "9-1-1"}
    assert message["headers"]["Message-ID"] == f"<{answer['MessageId']}@email.amazonses.com>"
    assert "Bcc" not in message["headers"]
    assert not any(name.startswith("X-SES-MESSAGE") for name in message["headers"])
