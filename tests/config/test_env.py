from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from config.env import BASE_DIR, DEVELOPMENT_KEY, SHARES, ConfigurationError, Environment, read, table

Read = Callable[..., Environment]
VARIABLES = {field.metadata["name"]: field for field in dataclasses.fields(Environment)}
NUMBERS = [name for name, field in VARIABLES.items() if field.metadata["read"] in {"int", "float"}]
PRODUCTION = {
    "SUDI_ENVIRONMENT": "production",
    "SECRET_KEY": "s" * 32,
    "SUDI_ADDRESS_KEY": "a" * 32,
    "SUDI_BASE_URL": "https://sudi.example",
}
ADDRESSES = {
    "SUDI_BASE_URL": "http://sudi.example",
    "AWS_ENDPOINT_URL_SESV2": "http://127.0.0.1:8026",
    "AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:8027",
    "SUDI_FEEDBACK_QUEUE": "https://sqs.example/1/feedback",
    "DATABASE_URL": "postgres://127.0.0.1/sudi",
    "CELERY_BROKER_URL": "redis://127.0.0.1:6379/0",
}


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Read:
    """Reads an environment in which nothing but these variables is set."""

    def given(**variables: str) -> Environment:
        for name in [name for name in os.environ if name.removesuffix("_FILE") in VARIABLES]:
            monkeypatch.delenv(name)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return read()

    return given


def refused(given: Read, **variables: str) -> str:
    with pytest.raises(ConfigurationError) as error:
        given(**variables)
    return str(error.value)


class TestDefaults:
    def test_run_embedded_and_call_nobody(self, given: Read) -> None:
        environment = given()
        assert not environment.production
        assert (environment.database_url, environment.broker_url, environment.ses_endpoint) == ("", "", "")
        assert environment.data_dir == BASE_DIR / "var"

    def test_are_those_of_the_list(self, given: Read) -> None:
        environment = given()
        for field in VARIABLES.values():
            assert getattr(environment, field.name) == field.metadata["default"], field.name

    def test_have_the_types_that_are_declared(self, given: Read) -> None:
        environment = given()
        kinds = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict, "path": Path}
        for field in VARIABLES.values():
            assert isinstance(getattr(environment, field.name), kinds[field.metadata["read"]]), field.name


class TestValues:
    def test_are_read_as_their_types(self, given: Read) -> None:
        environment = given(
            SUDI_DATA_DIR="/srv/sudi",
            SUDI_SENDING_ENABLED="0",
            SUDI_BATCH_SIZE="50",
            SUDI_MAX_SEND_RATE="14.5",
            ALLOWED_HOSTS="a.example,b.example",
            SUDI_SNS_CERTIFICATES="https://a.example/1.pem=/tmp/1.pem",
        )
        assert environment.data_dir == Path("/srv/sudi")
        assert environment.sending_enabled is False
        assert (environment.batch_size, environment.max_send_rate) == (50, 14.5)
        assert environment.allowed_hosts == ["a.example", "b.example"]
        assert environment.sns_certificates == {"https://a.example/1.pem": "/tmp/1.pem"}

    @pytest.mark.parametrize("name", ["SUDI_SNS_TOPICS", "SUDI_SNS_CERTIFICATES"])
    def test_that_are_empty_hold_nothing(self, name: str, given: Read) -> None:
        assert not getattr(given(**{name: ""}), VARIABLES[name].name)


class TestFiles:
    def test_hold_secrets(self, given: Read, tmp_path: Path) -> None:
        secret = tmp_path / "secret"
        secret.write_text("from a file\n")
        assert given(SECRET_KEY_FILE=str(secret)).secret_key == "from a file"

    @pytest.mark.parametrize("name", VARIABLES)
    def test_may_hold_any_variable(self, name: str, given: Read, tmp_path: Path) -> None:
        value = {"bool": "1", "dict": "a=b", "int": "7", "float": "7"}.get(VARIABLES[name].metadata["read"], "x")
        value = "0.7" if VARIABLES[name].name in SHARES else value
        value = {
            "SUDI_DOMAIN_RATES": "a.example=7",
            "SUDI_FAULTS": "claimed=0.5",
            "SUDI_ENVIRONMENT": "development",
            "DEFAULT_FROM_EMAIL": "a@b.example",
            **ADDRESSES,
        }.get(name, value)
        (tmp_path / "value").write_text(f"{value}\n")
        by_file = given(**{f"{name}_FILE": str(tmp_path / "value")})
        assert by_file == given(**{name: value})

    def test_that_can_not_be_read_are_named(self, given: Read, tmp_path: Path) -> None:
        missing = refused(given, SECRET_KEY_FILE=str(tmp_path / "missing"), SUDI_BATCH_SIZE_FILE=str(tmp_path))
        assert "SECRET_KEY_FILE must be a readable file path" in missing
        assert "SUDI_BATCH_SIZE_FILE must be a readable file path" in missing


class TestRefusals:
    @pytest.mark.parametrize("name", SHARES)
    def test_no_share_is_all_or_more(self, name: str, given: Read) -> None:
        assert f"SUDI_{name.upper()} is a share" in refused(given, **{f"SUDI_{name.upper()}": "5"})

    @pytest.mark.parametrize("rates", ["a.example=", "a.example=fast", "a.example=0", "a.example=-1", "a.example=inf"])
    def test_a_domains_rate_is_a_number_of_recipients(self, rates: str, given: Read) -> None:
        assert "SUDI_DOMAIN_RATES" in refused(given, SUDI_DOMAIN_RATES=rates)

    @pytest.mark.parametrize("when", ["", "often", "0", "-1"])
    def test_a_fault_comes_with_a_probability_or_at_a_pass(self, when: str, given: Read) -> None:
        assert "SUDI_FAULTS" in refused(given, SUDI_FAULTS=f"claimed={when}")

    def test_name_every_wrong_type_at_once(self, given: Read) -> None:
        message = refused(given, SUDI_BATCH_SIZE="many", SUDI_MAX_SEND_RATE="fast", SUDI_SENDING_ENABLED="perhaps")
        wanted = ["SUDI_BATCH_SIZE: .*integer", "SUDI_MAX_SEND_RATE: .*number", "SUDI_SENDING_ENABLED: .*boolean"]
        assert [pattern for pattern in wanted if not re.search(pattern, message)] == []

    @pytest.mark.parametrize("name", NUMBERS)
    @pytest.mark.parametrize("value", ["0", "-1", "nan"])
    def test_of_a_number_that_is_none_or_less(self, name: str, value: str, given: Read) -> None:
        assert name in refused(given, **{name: value})

    def test_of_numbers_are_told_together(self, given: Read) -> None:
        message = refused(given, **dict.fromkeys(NUMBERS, "0"))
        assert message.count("must be more than 0") == len(NUMBERS)

    def test_of_an_unknown_environment(self, given: Read) -> None:
        message = refused(given, SUDI_ENVIRONMENT="staging", SUDI_BASE_URL="http://127.0.0.1/")
        assert "SUDI_ENVIRONMENT is 'staging'; it must be development or production" in message
        assert "SUDI_BASE_URL must not end with a slash" in message

    @pytest.mark.parametrize("name", ADDRESSES)
    def test_of_an_address_that_is_none_without_showing_it(self, name: str, given: Read) -> None:
        message = refused(given, **{name: "ham:hidden@host"})
        assert message.startswith(f"{name} must ")
        assert "hidden" not in message

    @pytest.mark.parametrize("value", ["desk", "", "Sudi <desk>"])
    def test_of_a_sender_without_an_address(self, value: str, given: Read) -> None:
        assert "DEFAULT_FROM_EMAIL must be an address" in refused(given, DEFAULT_FROM_EMAIL=value)

    def test_of_another_database(self, given: Read) -> None:
        assert "must start with postgres://" in refused(given, DATABASE_URL="sqlite:////tmp/db")

    @pytest.mark.parametrize("name", ["SUDI_DATA_DIR", "AWS_REGION"])
    def test_of_nothing_where_something_must_be(self, name: str, given: Read) -> None:
        assert refused(given, **{name: ""}).startswith(name)

    def test_of_pairs_that_are_none(self, given: Read) -> None:
        assert refused(given, SUDI_SNS_CERTIFICATES="one") == (
            "SUDI_SNS_CERTIFICATES: it must be NAME=VALUE pairs, by commas"
        )


class TestProduction:
    def test_starts_with_proper_secrets(self, given: Read) -> None:
        assert given(**PRODUCTION).production

    @pytest.mark.parametrize(
        ("name", "value", "says"),
        [
            ("SECRET_KEY", DEVELOPMENT_KEY, "SECRET_KEY must be a random secret"),
            ("SECRET_KEY", "s" * 31, "SECRET_KEY must be a random secret"),
            ("SUDI_ADDRESS_KEY", DEVELOPMENT_KEY, "SUDI_ADDRESS_KEY must be a random secret"),
            ("SUDI_ADDRESS_KEY", "", "SUDI_ADDRESS_KEY must be a random secret"),
            ("SUDI_BASE_URL", "http://sudi.example", "SUDI_BASE_URL must be an https address"),
            ("SUDI_SNS_CERTIFICATES", "https://a.example=/tmp/1", "SUDI_SNS_CERTIFICATES is for the sandbox"),
            ("SUDI_FAULTS", "claimed=1", "SUDI_FAULTS is for the crash test"),
        ],
    )
    def test_refuses(self, name: str, value: str, says: str, given: Read) -> None:
        assert refused(given, **{**PRODUCTION, name: value}).startswith(says)

    def test_says_everything_at_once(self, given: Read) -> None:
        message = refused(given, SUDI_ENVIRONMENT="production", SUDI_SNS_CERTIFICATES="a=b")
        names = ("SECRET_KEY", "SUDI_ADDRESS_KEY", "SUDI_BASE_URL", "SUDI_SNS_CERTIFICATES")
        assert all(name in message for name in names)

    def test_says_no_secret(self, given: Read) -> None:
        assert "short secret" not in refused(given, **{**PRODUCTION, "SECRET_KEY": "short secret"})


def test_a_command_says_it_in_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, BASE_DIR / "manage.py", "check"],
        env=os.environ | {"SUDI_BATCH_SIZE": "many", "SUDI_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"Sudi can't start: SUDI_BATCH_SIZE: [^\n]+\n", done.stderr)


class TestTable:
    def test_has_a_line_for_each_variable(self) -> None:
        assert re.findall(r"^\| `(\w+)` \|", table(), re.MULTILINE) == list(VARIABLES)

    def test_names_no_place_of_this_machine(self) -> None:
        assert str(BASE_DIR) not in table()

    def test_is_printed_by_the_module(self) -> None:
        printed = subprocess.run([sys.executable, "-m", "config.env"], cwd=BASE_DIR, capture_output=True, check=True)
        assert printed.stdout.decode() == f"{table()}\n"
