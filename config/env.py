"""Every environment variable Sudi reads, once: its name, type, default and meaning.

Any of them may be given as ``NAME_FILE``, a path whose content is the value (for secrets that are mounted as files).
``docs/configuration.md`` is checked against this list. boto3 reads its own variables (region, credentials) itself.
"""

from __future__ import annotations

import dataclasses
import functools
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from environs import EnvError, FileAwareEnv

BASE_DIR = Path(__file__).resolve().parent.parent
EXPECTED = {"dict": "it must be NAME=VALUE pairs, by commas"}  # where environs has no words for people
DEVELOPMENT_KEY = "development-only-key-that-production-refuses"
SHARES = ("quota_reserve", "brake_bounce_share", "brake_complaint_share")


class ConfigurationError(Exception):
    """The environment holds something that Sudi can't start with; the message says what and how to mend it."""


def variable(name: str, default: object, help_text: str, *, read: str = "str", **options: object) -> Any:
    """A field of ``Environment``: ``read`` is the environs method that turns its text into a value."""
    metadata = {"name": name, "help": help_text, "read": read, "options": options, "default": default}
    return dataclasses.field(metadata=metadata)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Environment:
    environment: str = variable("SUDI_ENVIRONMENT", "development", "`development` or `production`.")
    secret_key: str = variable(
        "SECRET_KEY", DEVELOPMENT_KEY, "Signs sessions and confirmation links. Production refuses the default."
    )
    address_key: str = variable(
        "SUDI_ADDRESS_KEY",
        DEVELOPMENT_KEY,
        "Keys the hashes of addresses and the consent chain. Must never change: suppressions are found by it.",
    )
    allowed_hosts: list[str] = variable(
        "ALLOWED_HOSTS", ["localhost", "127.0.0.1"], "Host names the web server answers to, by commas.", read="list"
    )
    base_url: str = variable(
        "SUDI_BASE_URL", "http://127.0.0.1:8000", "Public address that links in mail start with, without a final slash."
    )
    data_dir: Path = variable(
        "SUDI_DATA_DIR", BASE_DIR / "var", "Folder for all that the embedded mode writes.", read="path"
    )
    database_url: str = variable("DATABASE_URL", "", "`postgres://…`; unset: SQLite in the data folder.")
    broker_url: str = variable(
        "CELERY_BROKER_URL", "", "`amqp://…` or `redis://…`; unset: the embedded filesystem broker in the data folder."
    )
    aws_region: str = variable("AWS_REGION", "us-east-1", "Region of Amazon SES.")
    ses_endpoint: str = variable(
        "AWS_ENDPOINT_URL_SESV2",
        "",
        "Another SES endpoint, such as the sandbox. Development never calls AWS without it.",
    )
    configuration_set: str = variable(
        "SUDI_CONFIGURATION_SET", "sudi", "SES configuration set of every mail; its event destination is the feedback."
    )
    tenant: str = variable("SUDI_TENANT", "", "SES tenant that campaigns are sent for, where the account has any.")
    notice_sender: str = variable(
        "DEFAULT_FROM_EMAIL",
        "Sudi <desk@sudi.example>",
        "Sender of notices to the desk: an address, with a name if you like, that SES knows as verified.",
    )
    instance: str = variable("SUDI_INSTANCE", "sudi", "Name of this installation; a restored copy must not share it.")
    sending_enabled: bool = variable("SUDI_SENDING_ENABLED", True, "Master switch: `0` stops all sending.", read="bool")
    max_send_rate: float = variable(
        "SUDI_MAX_SEND_RATE", 1.0, "Recipients a second while SES's quota is unknown.", read="float"
    )
    quota_seconds: float = variable("SUDI_QUOTA_SECONDS", 60.0, "How often the SES quota is read.", read="float")
    tick_seconds: float = variable("SUDI_TICK_SECONDS", 1.0, "How often beat asks for a tick.", read="float")
    worker_threads: int = variable("SUDI_WORKER_THREADS", 8, "Threads of one sending worker process.", read="int")
    worker_processes: int = variable(
        "SUDI_WORKER_PROCESSES", 1, "Sending worker processes in all; sizes the window of queued batches.", read="int"
    )
    batch_size: int = variable("SUDI_BATCH_SIZE", 500, "Recipients of one batch.", read="int")
    task_seconds: float = variable(
        "SUDI_TASK_SECONDS", 15.0, "A sending task gives back the rest after this.", read="float"
    )
    lease_seconds: float = variable("SUDI_LEASE_SECONDS", 90.0, "How long a batch stays its worker's.", read="float")
    stop_seconds: float = variable(
        "SUDI_STOP_SECONDS",
        45.0,
        "Seconds that `config.workers` gives its processes to stop; more than SES's answer may take.",
        read="float",
    )
    read_timeout: float = variable("SUDI_READ_TIMEOUT", 20.0, "Seconds to wait for SES's answer.", read="float")
    doubt_grace_seconds: float = variable(
        "SUDI_DOUBT_GRACE_SECONDS", 21_600.0, "How long a delivery may stay in doubt without an event.", read="float"
    )
    quota_reserve: float = variable(
        "SUDI_QUOTA_RESERVE", 0.02, "Share of SES's daily quota that campaigns leave for confirmations.", read="float"
    )
    domain_rates_text: dict[str, str] = variable(
        "SUDI_DOMAIN_RATES",
        {},
        "Recipients a second of single domains, such as `163.com=20,qq.com=50`; the others know no such limit.",
        read="dict",
    )
    undo_seconds: int = variable(
        "SUDI_UNDO_SECONDS", 60, "How long a scheduled issue is kept back so that scheduling can be undone.", read="int"
    )
    brake_accepted: int = variable(
        "SUDI_BRAKE_ACCEPTED", 200, "The brakes judge a campaign once so many of its mails were accepted.", read="int"
    )
    brake_bounce_share: float = variable(
        "SUDI_BRAKE_BOUNCE_SHARE",
        0.05,
        "Share of accepted mails that bounce hard which pauses a campaign.",
        read="float",
    )
    brake_bounces: int = variable("SUDI_BRAKE_BOUNCES", 10, "Fewer hard bounces never pause one.", read="int")
    brake_complaint_share: float = variable(
        "SUDI_BRAKE_COMPLAINT_SHARE",
        0.001,
        "Share of accepted mails with a complaint which pauses a campaign.",
        read="float",
    )
    brake_complaints: int = variable("SUDI_BRAKE_COMPLAINTS", 3, "Fewer complaints never pause one.", read="int")
    sns_topics: list[str] = variable(
        "SUDI_SNS_TOPICS", [], "ARNs of the SNS topics `/hooks/sns/` accepts.", read="list"
    )
    sns_certificates: dict[str, str] = variable(
        "SUDI_SNS_CERTIFICATES",
        {},
        "`URL=file` pairs that seed the certificate cache (the sandbox's). Refused in production.",
        read="dict",
    )
    faults: dict[str, str] = variable(
        "SUDI_FAULTS",
        {},
        "Fault points at which a process kills itself, such as `claimed=0.01,frozen=1`: with a probability, or at the "
        "n-th pass. For the crash test; refused in production.",
        read="dict",
    )

    feedback_queue: str = variable(
        "SUDI_FEEDBACK_QUEUE", "", "URL of the SQS queue that `consume_feedback` reads SES's events from."
    )
    sqs_endpoint: str = variable(
        "AWS_ENDPOINT_URL_SQS", "", "Another SQS endpoint. Development never calls AWS without it."
    )

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @functools.cached_property
    def domain_rates(self) -> dict[str, float]:
        return {domain.lower(): float(rate) for domain, rate in self.domain_rates_text.items()}


def read() -> Environment:
    """The environment as values. Raises ``ConfigurationError`` naming every variable that is wrong, all at once."""
    reader = FileAwareEnv(strip_whitespace=True)
    values: dict[str, Any] = {}
    problems: list[str] = []
    for field in dataclasses.fields(Environment):
        name, default = field.metadata["name"], field.metadata["default"]
        try:
            values[field.name] = getattr(reader, field.metadata["read"])(name, default)
        except (EnvError, ValueError) as error:
            problems.append(f"{name}: {EXPECTED.get(field.metadata['read'], error)}")
    if problems:
        raise ConfigurationError("; ".join(problems))
    environment = Environment(**values)
    refused = list(_refusals(environment))
    if refused:
        raise ConfigurationError("; ".join(refused))
    return environment


def _refusals(environment: Environment) -> list[str]:
    problems = [
        f"{field.metadata['name']} must be more than 0"
        for field in dataclasses.fields(environment)
        if field.metadata["read"] in {"int", "float"} and not getattr(environment, field.name) > 0
    ]
    if environment.environment not in {"development", "production"}:
        problems.append(f"SUDI_ENVIRONMENT is {environment.environment!r}; it must be development or production")
    problems += [
        f"SUDI_{name.upper()} is a share; it must be less than 1" for name in SHARES if getattr(environment, name) >= 1
    ]
    if not all(_is_rate(rate) for rate in environment.domain_rates_text.values()):
        problems.append("SUDI_DOMAIN_RATES must name a number more than 0 for each domain")
    if not all(_is_rate(when) for when in environment.faults.values()):
        problems.append("SUDI_FAULTS must name a probability or a pass for each fault point")
    problems += _address_refusals(environment)
    if environment.production:
        problems += _production_refusals(environment)
    return problems


def _is_rate(text: str) -> bool:
    try:
        return 0 < float(text) < float("inf")
    except ValueError:
        return False


def _address_refusals(environment: Environment) -> list[str]:
    problems = []
    if environment.base_url.endswith("/"):
        problems.append("SUDI_BASE_URL must not end with a slash")
    for name, address, schemes in (
        ("SUDI_BASE_URL", environment.base_url, ("http", "https")),
        ("AWS_ENDPOINT_URL_SESV2", environment.ses_endpoint or "http://", ("http", "https")),
        ("AWS_ENDPOINT_URL_SQS", environment.sqs_endpoint or "http://", ("http", "https")),
        ("SUDI_FEEDBACK_QUEUE", environment.feedback_queue or "http://", ("http", "https")),
        ("DATABASE_URL", environment.database_url or "postgres://", ("postgres", "postgresql")),
    ):
        # The value isn't shown: a database's holds a password.
        if not address.startswith(tuple(f"{scheme}://" for scheme in schemes)):
            problems.append(f"{name} must start with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    if "@" not in parseaddr(environment.notice_sender)[1]:
        problems.append("DEFAULT_FROM_EMAIL must be an address such as Sudi <desk@sudi.example>")
    if environment.broker_url and "://" not in environment.broker_url:
        problems.append("CELERY_BROKER_URL must be an address such as redis://127.0.0.1:6379/0")
    if environment.data_dir == Path():
        problems.append("SUDI_DATA_DIR must name a folder; unset it for the default")
    if not environment.aws_region:
        problems.append("AWS_REGION must name a region; unset it for the default")
    return problems


def _production_refusals(environment: Environment) -> list[str]:
    problems = []
    for name, value in (("SECRET_KEY", environment.secret_key), ("SUDI_ADDRESS_KEY", environment.address_key)):
        if value == DEVELOPMENT_KEY or len(value) < 32:
            problems.append(f"{name} must be a random secret of at least 32 characters in production")
    if not environment.base_url.startswith("https://"):
        problems.append("SUDI_BASE_URL must be an https address in production")
    if environment.sns_certificates:
        problems.append("SUDI_SNS_CERTIFICATES is for the sandbox and is refused in production")
    if environment.faults:
        problems.append("SUDI_FAULTS is for the crash test and is refused in production")
    return problems


def table() -> str:
    """Every variable with its default and meaning, as a Markdown table."""
    rows = [
        f"| `{field.metadata['name']}` | {_shown(field.metadata['default'])} | {field.metadata['help']} |"
        for field in dataclasses.fields(Environment)
    ]
    return "\n".join(["| variable | default | meaning |", "| --- | --- | --- |", *rows])


def _shown(default: object) -> str:
    match default:
        case bool():
            text = str(int(default))
        case Path():
            text = str(default.relative_to(BASE_DIR))
        case list():
            text = ",".join(default)
        case _:
            text = str(default or "")
    return f"`{text}`" if text else "–"


if __name__ == "__main__":
    print(table())  # noqa: T201 - a person asked
