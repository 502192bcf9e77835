from __future__ import annotations

import email.header
import re
from email.utils import parseaddr

import pytest

from newsletter.delivery import letters
from newsletter.delivery.gateways import Letter
from newsletter.delivery.gateways.memory import MemoryGateway
from newsletter.events.tags import DeliveryTag
from newsletter.models import Campaign, Installation, Newsletter
from newsletter.rendering import slots
from subscribers.models import Subscriber, Subscription
from tests.newsletter.delivery.making import configure, delivery, send, sending

pytestmark = pytest.mark.usefixtures("installation")


def sent(campaign: Campaign) -> list[Letter]:
    gateway = MemoryGateway()
    send(campaign, gateway)
    return [letter for _, letter in gateway.sent]


def decoded(header: str) -> str:
    return str(email.header.make_header(email.header.decode_header(header)))


@pytest.mark.parametrize("base", ["https://sudi.example", "http://127.0.0.1:8000"])
def test_every_reader_can_leave_with_one_click_of_their_own(base: str) -> None:
    configure(base_url=base)
    Installation.objects.update(base_url=base)
    campaign = sending(3)
    written = sent(campaign)
    tokens = list(Subscription.objects.order_by("subscriber_id").values_list("token", flat=True))
    assert [letter.headers["List-Unsubscribe"] for letter in written] == [f"<{base}/u/{token}>" for token in tokens]
    assert {letter.headers["List-Unsubscribe-Post"] for letter in written} == {"List-Unsubscribe=One-Click"}
    assert len(set(tokens)) == 3


def test_the_list_has_a_name_and_an_identifier() -> None:
    (letter,) = sent(sending(1))
    phrase, identifier = parseaddr(letter.headers["List-Id"])
    assert (decoded(phrase), identifier) == ("AI行业速递", "express.sudi.example")


@pytest.mark.parametrize(
    "name", ["AI行业速递", 'Foo, Bar & "Baz"', "a\r\nBcc: eve@example.test", "速递" * 30, "Ünïcode <script>"]
)
def test_headers_are_ascii_on_one_line_whatever_the_names(name: str) -> None:
    Newsletter.objects.filter(slug="express").update(name=name, from_name=name[:100])
    campaign = sending(1)
    desk = letters.desk_for(campaign)
    for header in (desk.list_id, desk.mail.sender):
        assert re.fullmatch(r"[\x20-\x7e]{1,995}", header)
        assert decoded(parseaddr(header)[0]).replace("\n", "\r\n").startswith(name[:20].split("\r", maxsplit=1)[0])
    assert parseaddr(desk.mail.sender)[1] == "express@sudi.example"
    assert parseaddr(desk.list_id)[1] == "express.sudi.example"


def test_the_sender_is_an_encoded_word() -> None:
    sender = letters.desk_for(sending(1)).mail.sender
    assert re.fullmatch(r"=\?utf-8\?b\?[A-Za-z0-9+/=]+\?= <express@sudi\.example>", sender)


def test_a_letter_is_tagged_with_campaign_position_and_attempt() -> None:
    campaign = sending(2)
    for position, letter in enumerate(sent(campaign), start=1):
        row = delivery(campaign, position)
        assert letter.tags["campaign"] == str(campaign.pk)
        assert DeliveryTag.parse(letter.tags["delivery"]) == DeliveryTag(campaign.pk, position, row.attempt)
        assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value) for value in letter.tags.values())
        assert letter.address == row.address


def test_every_slot_of_the_mail_has_a_value() -> None:
    campaign = sending(1)
    gateway = MemoryGateway()
    send(campaign, gateway)
    ((mail, letter),) = gateway.sent
    assert set(letter.values) == slots.SLOTS
    for text in (mail.subject, mail.html, mail.text):
        slots.check(text)
        assert slots.used(text) <= set(letter.values)
    token = Subscription.objects.get().token
    assert letter.values["unsubscribe_url"] == f"https://sudi.example/s/{token}/unsubscribe/"
    assert letter.values["preferences_url"] == f"https://sudi.example/s/{token}/"
    assert letter.values["web_url"] == f"https://sudi.example/n/express/{campaign.slug}/"
    assert letter.values["recipient_name"] == "Reader 1"


def test_a_readers_name_can_not_become_markup() -> None:
    campaign = sending(1)
    Subscriber.objects.update(name="<b>{{lbrace}}\r\nBcc: eve@example.test")
    (letter,) = sent(campaign)
    assert not set("<>{}\r\n") & set(letter.values["recipient_name"])


def test_the_mail_is_the_approved_rendition_and_tracks_only_what_the_newsletter_asks_for() -> None:
    campaign = sending(1)
    mail, rendition = letters.desk_for(campaign).mail, campaign.rendition
    assert (mail.subject, mail.html, mail.text) == (rendition.subject, rendition.html, rendition.text)
    assert (mail.track_opens, mail.track_clicks, mail.reply_to) == (False, False, "")
    assert mail.configuration_set == "sudi"
    campaign.issue.newsletter.track_clicks = True
    assert letters.desk_for(campaign).mail.track_clicks
