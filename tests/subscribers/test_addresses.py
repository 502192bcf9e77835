from __future__ import annotations

import dataclasses
from typing import Any

import email_validator
import pytest
from django.apps import apps

from subscribers.addresses import AddressError, address_hash, normalise

RESERVED = ["a@example.test", "a@mail.example.invalid", "a@host.localhost"]


@pytest.fixture
def production(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a production process, where the library's own list of reserved names is left alone."""
    settings.SUDI = dataclasses.replace(settings.SUDI, environment="production")
    names = ["invalid", "localhost", *email_validator.SPECIAL_USE_DOMAIN_NAMES]
    monkeypatch.setattr(email_validator, "SPECIAL_USE_DOMAIN_NAMES", names)
    apps.get_app_config("subscribers").ready()


class TestWhatIsWrittenTo:
    @pytest.mark.parametrize(
        ("text", "email"),
        [
            ("reader@example.org", "reader@example.org"),
            ("  reader@example.org\n", "reader@example.org"),
            ("Reader.Name+List@Example.ORG", "Reader.Name+List@example.org"),
            ("reader@BÜCHER.example", "reader@xn--bcher-kva.example"),
            ("reader@bücher.example", "reader@xn--bcher-kva.example"),
            ("reader@例子.广告", "reader@xn--fsqu00a.xn--4rr70v"),
            ("reader@example。org", "reader@example.org"),
            ("o'brien@example.org", "o'brien@example.org"),
        ],
    )
    def test_has_its_domain_in_lower_case_ascii_and_its_local_part_as_it_is(self, text: str, email: str) -> None:
        assert normalise(text).email == email

    def test_is_normal_already(self) -> None:
        once = normalise("Reader@BÜCHER.example")
        assert normalise(once.email) == once


class TestWhatIsCompared:
    @pytest.mark.parametrize("text", ["reader@example.org", "READER@Example.org", " Reader@EXAMPLE.ORG"])
    def test_is_case_folded(self, text: str) -> None:
        assert normalise(text).key == "reader@example.org"
        assert normalise(text).hash == address_hash("reader@example.org")

    def test_tells_people_apart(self) -> None:
        people = ["a@example.org", "a+b@example.org", "a.b@example.org", "ab@example.org", "a@example.com"]
        assert len({normalise(text).hash for text in people}) == len({normalise(text).key for text in people}) == 5


class TestTheHash:
    def test_is_keyed(self, settings: Any) -> None:
        before = address_hash("reader@example.org")
        settings.SUDI = dataclasses.replace(settings.SUDI, address_key="another")
        assert address_hash("reader@example.org") != before


class TestRefusals:
    @pytest.mark.parametrize("text", ["读者@example.org", "bücher@example.org", "ﬁ@example.org"])
    def test_of_a_local_part_that_ses_can_not_send_to(self, text: str) -> None:
        with pytest.raises(AddressError, match=r"can't be mailed: .*[Ii]nternationalized"):
            normalise(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            "reader",
            "@example.org",
            "reader@",
            "reader@example",
            "a@b@example.org",
            "reader@exa mple.org",
            "rea der@example.org",
            "reader@-example.org",
            "reader@example..org",
            ".reader@example.org",
            "reader@[127.0.0.1]",
            '"reader"@example.org',
            "Reader <reader@example.org>",
            "reader@example.org,other@example.org",
            "reader@example.org\nBcc: other@example.org",
            "r" * 65 + "@example.org",
            "reader@" + "e" * 64 + ".org",
            "r" * 10_000,
        ],
    )
    def test_of_what_is_no_address(self, text: str) -> None:
        with pytest.raises(AddressError, match="can't be mailed") as error:
            normalise(text)
        assert len(str(error.value)) < 400

    @pytest.mark.parametrize("text", RESERVED)
    def test_of_a_reserved_domain_in_production(self, text: str, production: None) -> None:
        with pytest.raises(AddressError, match="special-use or reserved"):
            normalise(text)
        assert normalise("a@example.org").email == "a@example.org"

    @pytest.mark.parametrize("text", RESERVED)
    def test_not_of_a_reserved_domain_elsewhere(self, text: str) -> None:
        assert normalise(text).email == text
