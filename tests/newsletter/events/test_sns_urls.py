from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.events.sns_errors import Refused, SnsCode
from newsletter.events.sns_urls import check_certificate_url, check_subscribe_url, signer_names
from tests.newsletter.events.signing import CERTIFICATE_URL, SUBSCRIBE_URL, TOPIC

HOST = "sns.eu-west-1.amazonaws.com"
PATH = "/SimpleNotificationService-0f1e2d3c4b5a69788796a5b4c3d2e1f0.pem"
QUERY = f"?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=23364f12b5d6"


@pytest.mark.parametrize("host", [HOST, "sns.cn-north-1.amazonaws.com.cn", "sns.us-gov-west-1.amazonaws.com"])
def test_what_sns_sends_is_accepted(host: str) -> None:
    check_certificate_url(f"https://{host}{PATH}")
    check_subscribe_url(f"https://{host}/{QUERY}", topic_arn=TOPIC)


# What may not stand where the scheme and host stand, whatever follows.
ORIGINS = [
    "http://sns.eu-west-1.amazonaws.com",
    "HTTPS://sns.eu-west-1.amazonaws.com",
    "ftp://sns.eu-west-1.amazonaws.com",
    "//sns.eu-west-1.amazonaws.com",
    "sns.eu-west-1.amazonaws.com",
    "https:/sns.eu-west-1.amazonaws.com",
    "https:\\\\sns.eu-west-1.amazonaws.com",
    "https://user@sns.eu-west-1.amazonaws.com",
    "https://user:pass@sns.eu-west-1.amazonaws.com",
    "https://sns.eu-west-1.amazonaws.com@evil.com",
    "https://evil.com\\@sns.eu-west-1.amazonaws.com",
    "https://evil.com/@sns.eu-west-1.amazonaws.com",
    "https://evil.com#@sns.eu-west-1.amazonaws.com",
    "https://sns.eu-west-1.amazonaws.com:443",
    "https://sns.eu-west-1.amazonaws.com:8443",
    "https://sns.eu-west-1.amazonaws.com:",
    "https://sns.eu-west-1.amazonaws.com.",
    "https://sns.eu-west-1.amazonaws.com.evil.com",
    "https://sns.eu-west-1.amazonaws.com.cn.evil.com",
    "https://sns.eu-west-1.amazonaws.com.uk",
    "https://sns.eu-west-1.amazonaws.comevil.com",
    "https://sns.eu-west-1.amazonaws.org",
    "https://sns.eu-west-1xamazonaws.com",
    "https://sns.eu-west-1.evil.amazonaws.com",
    "https://sns..amazonaws.com",
    "https://sns.amazonaws.com",
    "https://evilsns.eu-west-1.amazonaws.com",
    "https://evil.sns.eu-west-1.amazonaws.com",
    "https://sqs.eu-west-1.amazonaws.com",
    "https://sns-eu-west-1.s3.amazonaws.com",
    "https://SNS.eu-west-1.amazonaws.com",
    "https://sns.EU-WEST-1.amazonaws.com",
    "https://sns.eu-west-1.AmazonAWS.com",
    "https://sns.eu_west_1.amazonaws.com",
    "https://sns.eu-west-１.amazonaws.com",
    "https://ѕns.eu-west-1.amazonaws.com",
    "https://sns.eu-west-1.amazonaws。com",
    "https://sns.eu-west-1.amazonaws.com%2eevil.com",
    "https://sns.eu-west-1.amazonaws.com%00.evil.com",
    "https://sns.eu-west-1.amazonaws.com\t",
    "https://sns.eu-west-1.amazonaws.com\\.evil.com",
    "https://sns.eu\n-west-1.amazonaws.com",
    " https://sns.eu-west-1.amazonaws.com",
    "\x00https://sns.eu-west-1.amazonaws.com",
    "https://127.0.0.1",
    "https://[::1]",
    "https://sns.eu-west-1.amazonaws.com/https://sns.eu-west-1.amazonaws.com",
    f"https://sns.{'a' * 4000}.amazonaws.com",
    "",
]
PATHS = [
    "",
    "/",
    "/evil.pem",
    "/SimpleNotificationService-.pem",
    "/SimpleNotificationService-0f1e.pem\n",
    "/SimpleNotificationService-0f1e.pem\r\n",
    "/SimpleNotificationService-0f1e.pem ",
    "/SimpleNotificationService-0f1e.pem%0a",
    "/SimpleNotificationService-0f1e.pem%00",
    "/SimpleNotificationService-0f1e%0a.pem",
    "/SimpleNotificationService-0f1e.pem?x=1",
    "/SimpleNotificationService-0f1e.pem?",
    "/SimpleNotificationService-0f1e.pem#",
    "/SimpleNotificationService-0f1e.pem#x",
    "/SimpleNotificationService-0f1e.pem;x",
    "/SimpleNotificationService-0f1e.pem/",
    "/SimpleNotificationService-0f1e.pem/../evil.pem",
    "/../SimpleNotificationService-0f1e.pem",
    "/./SimpleNotificationService-0f1e.pem",
    "/bucket/SimpleNotificationService-0f1e.pem",
    "//SimpleNotificationService-0f1e.pem",
    "\\SimpleNotificationService-0f1e.pem",
    "/SimpleNotificationService-..pem",
    "/SimpleNotificationService-0F1E.pem",
    "/SimpleNotificationService-xyz.pem",
    "/SimpleNotificationService-０f1e.pem",
    "/simplenotificationservice-0f1e.pem",
    "/SimpleNotificationService-0f1e.PEM",
    "/SimpleNotificationService-0f1e.pemx",
    "/SimpleNotificationService-0f1e.crt",
    f"/SimpleNotificationService-{'0' * 4000}.pem",
]
QUERIES = [
    "",
    "?",
    QUERY + "\n",
    QUERY + "%0a",
    QUERY + "%00",
    QUERY + " ",
    QUERY + "#",
    QUERY + "&",
    QUERY + "&AuthenticateOnUnsubscribe=true",
    QUERY + "&Action=Unsubscribe",
    QUERY + "&Token=abc",
    QUERY + "&X",
    "?Action=ConfirmSubscription&Action=ConfirmSubscription&Token=a",
    QUERY.replace("ConfirmSubscription", "Unsubscribe"),
    QUERY.replace("ConfirmSubscription", "confirmsubscription"),
    QUERY.replace("Action", "action"),
    QUERY.replace(TOPIC, TOPIC + "2"),
    QUERY.replace(TOPIC, ""),
    QUERY.replace(TOPIC, TOPIC + "%0a"),
    QUERY.replace("Token=23364f12b5d6", "Token="),
    QUERY.replace("Token=23364f12b5d6", "Token=a/../b"),
    QUERY.replace("Token=23364f12b5d6", "Token=a%26Action%3DUnsubscribe"),
    QUERY.replace("Token=23364f12b5d6", "Token=%ff"),
    QUERY.replace("&Token=23364f12b5d6", ""),
    QUERY.replace("&", ";"),
    QUERY.replace("&", "&amp;"),
]


def assert_refused(check: object, url: str) -> None:
    with pytest.raises(Refused) as caught:
        check_certificate_url(url) if check is check_certificate_url else check_subscribe_url(url, topic_arn=TOPIC)
    assert caught.value.code is SnsCode.BAD_URL
    assert caught.value.status == 403


@pytest.mark.parametrize(
    "url", [*(f"{origin}{PATH}" for origin in ORIGINS), *(f"https://{HOST}{path}" for path in PATHS)]
)
def test_certificates_from_anywhere_else_are_refused(url: str) -> None:
    assert_refused(check_certificate_url, url)


@pytest.mark.parametrize(
    "url",
    [
        *(f"{origin}/{QUERY}" for origin in ORIGINS),
        *(f"https://{HOST}/{query}" for query in QUERIES),
        f"https://{HOST}{QUERY}",
        f"https://{HOST}/x{QUERY}",
        f"https://{HOST}//{QUERY}",
        f"https://{HOST}/../{QUERY}",
    ],
)
def test_confirmations_anywhere_else_or_with_anything_else_are_refused(url: str) -> None:
    assert_refused(check_subscribe_url, url)


def test_an_escaped_topic_is_the_same_topic() -> None:
    check_subscribe_url(SUBSCRIBE_URL.replace(TOPIC, TOPIC.replace(":", "%3A")), topic_arn=TOPIC)


@given(st.integers(0, len(CERTIFICATE_URL)), st.characters())
def test_no_inserted_character_leads_away_from_sns(at: int, character: str) -> None:
    url = CERTIFICATE_URL[:at] + character + CERTIFICATE_URL[at:]
    try:
        check_certificate_url(url)
    except Refused:
        return
    # Only a longer region or a longer number is left to be accepted.
    assert url.isascii()
    assert url.isprintable()
    assert url.startswith("https://sns.")
    assert ".amazonaws.com/SimpleNotificationService-" in url


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("sns.us-east-1.amazonaws.com", "sns.amazonaws.com"),
        ("sns.af-south-1.amazonaws.com", "sns-signing.af-south-1.amazonaws.com"),
        ("sns.af-south-1.amazonaws.com", "sns.af-south-1.amazonaws.com"),
        ("sns.cn-north-1.amazonaws.com.cn", "sns-cn-north-1.amazonaws.com.cn"),
        ("sns.us-gov-east-1.amazonaws.com", "sns-us-gov-west-1.amazonaws.com"),
    ],
)
def test_the_names_that_aws_issues_its_certificates_to(host: str, name: str) -> None:
    assert name in signer_names(f"https://{host}{PATH}")
    assert "sns-signing.eu-west-1.amazonaws.com" not in signer_names(f"https://{host}{PATH}")
