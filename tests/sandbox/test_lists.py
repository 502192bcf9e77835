"""Templates, the suppression list, the account, the identity and the configuration set."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.aws import DEFAULT_TOPIC_ARN
from tests.sandbox.running import Sandbox
from tests.sandbox.sending import bulk, entry


def test_a_template_is_made_read_changed_and_deleted(sandbox: Sandbox) -> None:
    ses = sandbox.ses
    ses.create_email_template(TemplateName="t", TemplateContent={"Subject": "一", "Html": "h", "Text": "t"})
    with pytest.raises(ses.exceptions.AlreadyExistsException):
        ses.create_email_template(TemplateName="t", TemplateContent={"Subject": "x", "Text": "t"})
    ses.update_email_template(TemplateName="t", TemplateContent={"Subject": "二", "Html": "h", "Text": "t"})
    assert ses.get_email_template(TemplateName="t")["TemplateContent"]["Subject"] == "二"
    ses.delete_email_template(TemplateName="t")

    for gone in (ses.get_email_template, ses.delete_email_template):
        with pytest.raises(ses.exceptions.NotFoundException):
            gone(TemplateName="t")
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.update_email_template(TemplateName="t", TemplateContent={"Subject": "x", "Text": "t"})


@pytest.mark.parametrize("html", ["x" * 512_001, "{{#each a}}b{{/each}}"])
def test_a_template_too_large_or_too_clever_is_refused(sandbox: Sandbox, html: str) -> None:
    with pytest.raises(sandbox.ses.exceptions.BadRequestException):
        sandbox.ses.create_email_template(TemplateName="t", TemplateContent={"Subject": "s", "Html": html})


def test_the_suppression_list_keeps_an_address_in_lower_case(sandbox: Sandbox) -> None:
    ses = sandbox.ses
    ses.put_suppressed_destination(EmailAddress="Reader+1@Example.test", Reason="COMPLAINT")

    found = ses.get_suppressed_destination(EmailAddress="reader+1@example.test")["SuppressedDestination"]
    assert (found["EmailAddress"], found["Reason"]) == ("reader+1@example.test", "COMPLAINT")
    assert datetime.now(UTC) - found["LastUpdateTime"] < timedelta(minutes=1)
    ses.delete_suppressed_destination(EmailAddress="READER+1@example.test")
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.delete_suppressed_destination(EmailAddress="reader+1@example.test")
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.get_suppressed_destination(EmailAddress="reader+1@example.test")


def test_the_suppression_list_is_paged_and_filtered(sandbox: Sandbox) -> None:
    ses = sandbox.ses
    for index in range(5):
        reason = "BOUNCE" if index % 2 else "COMPLAINT"
        ses.put_suppressed_destination(EmailAddress=f"r{index}@example.test", Reason=reason)

    first = ses.list_suppressed_destinations(PageSize=3)
    second = ses.list_suppressed_destinations(PageSize=3, NextToken=first["NextToken"])
    pages = first["SuppressedDestinationSummaries"] + second["SuppressedDestinationSummaries"]
    assert [row["EmailAddress"] for row in pages] == [f"r{index}@example.test" for index in range(5)]
    assert "NextToken" not in second
    bounces = ses.list_suppressed_destinations(Reasons=["BOUNCE"])["SuppressedDestinationSummaries"]
    assert [row["EmailAddress"] for row in bounces] == ["r1@example.test", "r3@example.test"]
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert ses.list_suppressed_destinations(StartDate=tomorrow)["SuppressedDestinationSummaries"] == []
    with pytest.raises(ses.exceptions.InvalidNextTokenException):
        ses.list_suppressed_destinations(NextToken="é")


@pytest.mark.parametrize(("address", "reason"), [("a@example.test", "MANUAL"), ("no address", "BOUNCE")])
def test_the_suppression_list_refuses(sandbox: Sandbox, address: str, reason: str) -> None:
    with pytest.raises(sandbox.ses.exceptions.BadRequestException):
        sandbox.ses.put_suppressed_destination(EmailAddress=address, Reason=reason)


def test_the_account_counts_recipients_of_the_last_day(sandbox: Sandbox) -> None:
    sandbox.ses.send_bulk_email(**bulk(entry(), entry()))

    account = sandbox.ses.get_account()
    assert account["SendQuota"] == {"Max24HourSend": 1_000_000.0, "MaxSendRate": 2_000.0, "SentLast24Hours": 2.0}
    assert account["EnforcementStatus"] == "HEALTHY"
    assert account["SendingEnabled"] is True
    assert account["SuppressionAttributes"]["SuppressedReasons"] == ["BOUNCE", "COMPLAINT"]


@pytest.mark.parametrize(
    ("identity", "kind"),
    [("example.test", "DOMAIN"), ("mail.example.test", "DOMAIN"), ("news@example.test", "EMAIL_ADDRESS")],
)
def test_a_verified_identity_is_described(sandbox: Sandbox, identity: str, kind: str) -> None:
    found = sandbox.ses.get_email_identity(EmailIdentity=identity)

    assert (found["IdentityType"], found["VerifiedForSendingStatus"]) == (kind, True)
    assert found["DkimAttributes"]["Status"] == "SUCCESS"


def test_an_identity_that_is_not_verified_is_not_there(sandbox: Sandbox) -> None:
    with pytest.raises(sandbox.ses.exceptions.NotFoundException):
        sandbox.ses.get_email_identity(EmailIdentity="notexample.test")


def test_the_configuration_set_publishes_to_the_topic(sandbox: Sandbox) -> None:
    assert sandbox.ses.get_configuration_set(ConfigurationSetName="sudi")["SendingOptions"] == {"SendingEnabled": True}
    found = sandbox.ses.get_configuration_set_event_destinations(ConfigurationSetName="sudi")["EventDestinations"]
    assert found[0]["SnsDestination"] == {"TopicArn": DEFAULT_TOPIC_ARN}
    assert {"SEND", "DELIVERY", "BOUNCE", "COMPLAINT"} <= set(found[0]["MatchingEventTypes"])


def test_an_unknown_configuration_set_is_not_there(sandbox: Sandbox) -> None:
    for read in (sandbox.ses.get_configuration_set, sandbox.ses.get_configuration_set_event_destinations):
        with pytest.raises(sandbox.ses.exceptions.NotFoundException):
            read(ConfigurationSetName="nope")
