"""The command line of the sandbox."""

import argparse
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.aws import DEFAULT_CONFIGURATION_SET, DEFAULT_TOPIC_ARN, TOPIC_ARN_PATTERN


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What one sandbox was started with."""

    port: int
    store: Path
    hook: str | None
    topic_arn: str
    certificate: Path
    configuration_sets: tuple[str, ...]
    identities: tuple[str, ...]
    max_send_rate: float
    daily_quota: float
    feedback_delay_ms: int
    signature_version: str
    key_bits: int
    hook_connections: int
    threads: int


def is_loopback(host: str | None) -> bool:
    """Whether ``host`` can only be this machine. Names are not resolved: only ``localhost`` is known."""
    if host is None:
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def loopback_url(text: str) -> str:
    """``text`` if it is an http(s) URL on this machine; the sandbox talks to nothing else."""
    try:
        parts = urlsplit(text)
        valid = parts.scheme in {"http", "https"} and is_loopback(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        valid = False
    if not valid:
        raise argparse.ArgumentTypeError(f"{text!r} is not an http(s) URL on loopback")
    return text


def _topic_arn(text: str) -> str:
    if TOPIC_ARN_PATTERN.fullmatch(text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not the ARN of an SNS topic")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A local stand-in for Amazon SES v2.")
    add = parser.add_argument
    add("--port", type=int, default=8026, help="port on 127.0.0.1; 0 takes a free one (default %(default)s)")
    add("--store", type=Path, required=True, help="SQLite file that keeps the mail; made when absent")
    add("--hook", type=loopback_url, help="where events are posted, as SNS does; loopback only")
    add("--topic-arn", type=_topic_arn, default=DEFAULT_TOPIC_ARN, help="topic of the events (default %(default)s)")
    add("--certificate", type=Path, help="where to write the signing certificate (default: STORE.pem)")
    add(
        "--configuration-set",
        action="append",
        dest="configuration_sets",
        metavar="NAME",
        help=f"a configuration set that exists; may be repeated (default {DEFAULT_CONFIGURATION_SET})",
    )
    add(
        "--identity",
        action="append",
        dest="identities",
        metavar="DOMAIN|ADDRESS",
        help="a verified identity; may be repeated (default: every identity is verified)",
    )
    add("--max-send-rate", type=float, default=2_000, help="recipients a second (default %(default)s)")
    add("--daily-quota", type=float, default=1_000_000, help="recipients in 24 hours, -1: no limit")
    add("--feedback-delay-ms", type=int, default=200, help="least delay of a Delivery; others follow (%(default)s)")
    add("--signature-version", choices=("1", "2", "alternate"), default="alternate", help="of SNS (%(default)s)")
    add("--key-bits", type=int, choices=(1024, 2048), default=2048, help="1024 signs three times as fast")
    add("--hook-connections", type=int, default=4, help="parallel posts to the hook (default %(default)s)")
    add("--threads", type=int, default=32, help="requests served at once (default %(default)s)")
    return parser


def parse(argv: Sequence[str]) -> Options:
    """The options in ``argv``; exits with 2 and a message when they make no sense."""
    named = vars(_parser().parse_args(argv))
    store: Path = named["store"]
    named["certificate"] = named["certificate"] or store.with_name(f"{store.name}.pem")
    named["configuration_sets"] = tuple(named["configuration_sets"] or (DEFAULT_CONFIGURATION_SET,))
    named["identities"] = tuple(named["identities"] or ())
    return Options(**named)
