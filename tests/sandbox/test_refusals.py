"""What SES refuses: each rule, and that nothing was accepted."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.running import Sandbox
from tests.sandbox.sending import bulk, entry, simple


def _header(name: str, value: str) -> dict[str, Any]:
    return entry(ReplacementHeaders=[{"Name": name, "Value": value}])


def _tag(name: str, value: str) -> dict[str, Any]:
    return entry(ReplacementTags=[{"Name": name, "Value": value}])


def _template(**parts: Any) -> dict[str, Any]:
    return {"TemplateContent": parts}


BAD_BULK: dict[str, tuple[dict[str, Any], str, str]] = {
    "no sender": (bulk() | {"FromEmailAddress": ""}, "BadRequestException", "missing"),
    "raw Chinese display name": (bulk(FromEmailAddress="速递 <n@example.test>"), "BadRequestException", "encoded-word"),
    "sender without a domain": (bulk(FromEmailAddress="news"), "BadRequestException", "domain"),
    "line break in sender": (bulk(FromEmailAddress="a\r\n <n@example.test>"), "BadRequestException", "control"),
    "sender not verified": (bulk(FromEmailAddress="n@other.test"), "MessageRejected", "not verified"),
    "raw Chinese Reply-To": (bulk(ReplyToAddresses=["台 <d@example.test>"]), "BadRequestException", "ReplyTo"),
    "unknown configuration set": (bulk(ConfigurationSetName="nope"), "NotFoundException", "<nope>"),
    "unknown template": (
        bulk() | {"DefaultContent": {"Template": {"TemplateName": "nope"}}},
        "NotFoundException",
        "nope",
    ),
    "no content": (bulk() | {"DefaultContent": {}}, "BadRequestException", "Template"),
    "content and name": (bulk(template={"TemplateName": "x"}), "BadRequestException", "either"),
    "no body": (bulk(template=_template(Subject="s")), "BadRequestException", "Html or Text"),
    "no subject": (bulk(template=_template(Html="h")), "BadRequestException", "Subject"),
    "block helper": (bulk(template=_template(Subject="s", Html="{{#if a}}b{{/if}}")), "BadRequestException", "simple"),
    "open braces": (bulk(template=_template(Subject="s", Html="a {{ b")), "BadRequestException", "simple"),
    "51 entries": (bulk(*[entry()] * 51), "BadRequestException", "1 to 50"),
    "no entries": (bulk() | {"BulkEmailEntries": []}, "BadRequestException", "1 to 50"),
    "1 MB inline": (bulk(template=_template(Subject="s", Html="字" * 175_000)), "BadRequestException", "bytes"),
    "too much template data": (
        bulk(*[entry(data={"name": "x" * 53_000})] * 5),
        "BadRequestException",
        "262144",
    ),
    "default data not JSON": (bulk(template={"TemplateData": "{"}), "BadRequestException", "TemplateData"),
    "default data not an object": (bulk(template={"TemplateData": "[]"}), "BadRequestException", "object"),
    "attachments": (
        bulk(template={"Attachments": [{"RawContent": "eA==", "FileName": "a.txt"}]}),
        "BadRequestException",
        "attachments",
    ),
    "16 headers": (
        bulk(entry(ReplacementHeaders=[{"Name": f"X-{i}", "Value": "v"} for i in range(16)])),
        "BadRequestException",
        "at most 15",
    ),
    "header twice": (
        bulk(entry(ReplacementHeaders=[{"Name": "X-A", "Value": "1"}, {"Name": "x-a", "Value": "2"}])),
        "BadRequestException",
        "more than once",
    ),
    "raw Chinese header": (bulk(_header("List-Id", "速递")), "BadRequestException", "List-Id"),
    "line break in header": (bulk(_header("X-A", "a\r\nBcc: b@c.test")), "BadRequestException", "X-A"),
    "empty header": (bulk(_header("X-A", "")), "BadRequestException", "length"),
    "header of 996": (bulk(_header("X", "v" * 996)), "BadRequestException", "995"),
    "header of 997 with its name": (bulk(_header("X-Name", "v" * 991)), "BadRequestException", "996"),
    "colon in a header name": (bulk(_header("X:", "v")), "BadRequestException", "colon"),
    "header in the template": (
        bulk(template={"Headers": [{"Name": "X", "Value": "é"}]}),
        "BadRequestException",
        "header X",
    ),
    "space in a tag": (bulk(_tag("delivery", "1 2")), "BadRequestException", "Tag"),
    "Chinese tag": (bulk(_tag("刊", "1")), "BadRequestException", "Tag"),
    "empty tag": (bulk(_tag("a", "")), "BadRequestException", "Tag"),
    "tag of 257": (bulk(_tag("a", "b" * 257)), "BadRequestException", "256"),
    "bad default tag": (bulk(DefaultEmailTags=[{"Name": "a.b", "Value": "c"}]), "BadRequestException", "Tag"),
    "tag without a value": (bulk(entry(ReplacementTags=[{"Name": "a"}])), "BadRequestException", "Value"),
    "entry without destination": (bulk({}), "BadRequestException", "Destination"),
}


@pytest.mark.parametrize("case", BAD_BULK)
def test_a_bad_call_is_refused_whole(sandbox: Sandbox, case: str) -> None:
    request, name, words = BAD_BULK[case]
    with pytest.raises(ClientError, match=words) as caught:
        sandbox.ses.send_bulk_email(**request)

    assert isinstance(caught.value, getattr(sandbox.ses.exceptions, name))
    assert sandbox.messages() == []


@pytest.mark.parametrize(
    "name",
    [
        *("Bcc", "cc", "Content-Disposition", "Content-Type", "Date", "From"),
        *("Message-ID", "MIME-Version", "Reply-To", "Return-Path", "Subject", "TO"),
    ],
)
def test_headers_that_ses_sets_are_refused(sandbox: Sandbox, name: str) -> None:
    with pytest.raises(sandbox.ses.exceptions.BadRequestException, match="custom header"):
        sandbox.ses.send_bulk_email(**bulk(_header(name, "x")))


def test_limits_are_reached_without_refusal(sandbox: Sandbox) -> None:
    lines = [{"Name": f"X-{i:02}", "Value": "v" * 991} for i in range(15)]
    sandbox.ses.send_bulk_email(
        **bulk(entry(ReplacementHeaders=lines, ReplacementTags=[{"Name": "a" * 256, "Value": "_-" * 128}]))
    )

    assert len(sandbox.messages()) == 1


@pytest.mark.parametrize(
    ("destination", "words"),
    [
        ({"ToAddresses": ["读者@example.test"]}, "Non-ASCII"),
        ({"ToAddresses": ["reader"]}, "domain"),
        ({"ToAddresses": ["a b@example.test"]}, "Illegal"),
        ({"ToAddresses": ["a@example.test\r\nBcc: b@example.test"]}, "control"),
        ({}, "To"),
        ({"ToAddresses": [f"r{i}@example.test" for i in range(51)]}, "50"),
    ],
)
def test_a_bad_recipient_fails_its_own_entry_alone(
    sandbox: Sandbox, destination: dict[str, list[str]], words: str
) -> None:
    answer = sandbox.ses.send_bulk_email(**bulk(entry("a@example.test"), entry(Destination=destination), entry()))

    first, second, third = answer["BulkEmailEntryResults"]
    assert (first["Status"], second["Status"], third["Status"]) == ("SUCCESS", "INVALID_PARAMETER", "SUCCESS")
    assert words in second["Error"]
    assert "MessageId" not in second
    assert [message["id"] for message in sandbox.messages()] == [first["MessageId"], third["MessageId"]]


def test_bad_template_data_fails_its_own_entry_alone(sandbox: Sandbox) -> None:
    bad = entry()
    bad["ReplacementEmailContent"]["ReplacementTemplate"]["ReplacementTemplateData"] = "{'name': 1}"

    results = sandbox.ses.send_bulk_email(**bulk(bad, entry()))["BulkEmailEntryResults"]

    assert [result["Status"] for result in results] == ["INVALID_PARAMETER", "SUCCESS"]


BAD_SINGLE: dict[str, tuple[dict[str, Any], str]] = {
    "no recipient": (simple() | {"Destination": {}}, "To"),
    "raw Chinese recipient name": (simple("读者 <r@example.test>"), "Non-ASCII"),
    "no content": (simple() | {"Content": {}}, "one of"),
    "bad tag": (simple(EmailTags=[{"Name": "a", "Value": "b c"}]), "Tag"),
    "unencoded sender": (simple(FromEmailAddress="速递 <n@example.test>"), "encoded-word"),
}


@pytest.mark.parametrize("case", BAD_SINGLE)
def test_a_bad_single_mail_is_refused(sandbox: Sandbox, case: str) -> None:
    request, words = BAD_SINGLE[case]
    with pytest.raises(sandbox.ses.exceptions.BadRequestException, match=words):
        sandbox.ses.send_email(**request)

    assert sandbox.messages() == []


def test_an_unsigned_request_is_refused(sandbox: Sandbox) -> None:
    answer = sandbox.get("/v2/email/account")

    assert answer.status == 403
    assert answer.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"


@pytest.mark.parametrize(("body", "words"), [("[]", "object"), ('"x"', "object")])
def test_a_body_that_is_no_object_is_refused(sandbox: Sandbox, body: str, words: str) -> None:
    answer = sandbox.request(
        "POST", "/v2/email/outbound-emails", json.loads(body), Authorization="AWS4-HMAC-SHA256 Credential=x"
    )

    assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (400, "BadRequestException")
    assert words in answer.json["message"]


def test_an_operation_that_is_not_there_is_said_to_be_missing(sandbox: Sandbox) -> None:
    with pytest.raises(sandbox.ses.exceptions.NotFoundException, match="does not have this operation"):
        sandbox.ses.list_contact_lists()
