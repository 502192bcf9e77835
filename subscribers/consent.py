"""Writing and verifying consent records: append-only, chained per subscriber.

A record's digest is an HMAC over the previous digest, the record's own facts, and a salted commitment to the personal
fields. Erasing the personal row leaves the commitment, so the chain still verifies; changing anything breaks it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import ipaddress
import json
import secrets
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.utils import timezone

from subscribers.models import ConsentAction, ConsentDetail, ConsentRecord, MailingList, Subscriber


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """From where, and in which words. ``source`` names the door: form, import file and row, one-click, complaint."""

    source: str
    ip: str = ""
    user_agent: str = ""
    words: str = ""
    locale: str = ""


def record(
    subscriber: Subscriber, mailing_list: MailingList, action: ConsentAction, evidence: Evidence
) -> ConsentRecord:
    """Append one record. Call inside the transaction of the move it proves."""
    return record_many([subscriber], mailing_list, action, evidence)[0]


def record_many(
    subscribers: Sequence[Subscriber], mailing_list: MailingList, action: ConsentAction, evidence: Evidence
) -> list[ConsentRecord]:
    """Append one record for each (different) subscriber, in a constant number of statements."""
    ids = [subscriber.pk for subscriber in subscribers]
    # The person is locked, not the records: the first record of a chain has none before it to lock.
    list(Subscriber.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    existing = ConsentRecord.objects.filter(subscriber_id__in=ids).order_by("sequence")
    last = {entry.subscriber_id: entry for entry in existing}
    details = [_detail(subscriber, evidence) for subscriber in subscribers]
    entries = [
        _chained(
            ConsentRecord(
                subscriber_id=subscriber.pk,
                mailing_list=mailing_list,
                action=action,
                source=evidence.source[:200],
                at=timezone.now(),
                commitment=_commitment(detail),
            ),
            last.get(subscriber.pk),
        )
        for subscriber, detail in zip(subscribers, details, strict=True)
    ]
    ConsentRecord.objects.bulk_create(entries)
    for entry, detail in zip(entries, details, strict=True):
        detail.record = entry
    ConsentDetail.objects.bulk_create(details)
    return entries


def _detail(subscriber: Subscriber, evidence: Evidence) -> ConsentDetail:
    return ConsentDetail(
        salt=secrets.token_hex(16),
        address=subscriber.email,
        ip=truncate_ip(evidence.ip),
        user_agent=evidence.user_agent[:300],
        words=evidence.words,
        locale=evidence.locale[:10],
    )


def _chained(entry: ConsentRecord, previous: ConsentRecord | None) -> ConsentRecord:
    entry.sequence = previous.sequence + 1 if previous else 1
    entry.digest = _digest(entry, previous.digest if previous else "")
    return entry


def broken_links() -> Iterator[ConsentRecord]:
    """The records whose digest, sequence or commitment doesn't hold, in order. Nothing: every chain is whole."""
    previous: ConsentRecord | None = None
    records = ConsentRecord.objects.select_related("detail").order_by("subscriber_id", "sequence")
    for entry in records.iterator(chunk_size=2000):
        same = previous is not None and previous.subscriber_id == entry.subscriber_id
        before = previous.digest if same and previous else ""
        expected = previous.sequence + 1 if same and previous else 1
        detail = getattr(entry, "detail", None)
        committed = detail is None or hmac.compare_digest(_commitment(detail), entry.commitment)
        if entry.sequence != expected or not committed or not hmac.compare_digest(_digest(entry, before), entry.digest):
            yield entry
        previous = entry


def truncate_ip(ip: str) -> str:
    """The network an address is in: /24 for IPv4, /48 for IPv6. Empty where it is no address."""
    try:
        parsed = ipaddress.ip_address(ip)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        parsed = parsed.ipv4_mapped or ipaddress.IPv6Address(int(parsed))  # the number has no scope
    prefix = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network((parsed, prefix), strict=False).network_address)


def _commitment(detail: ConsentDetail) -> str:
    fields = [detail.salt, detail.address, detail.ip, detail.user_agent, detail.words, detail.locale]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


def _digest(entry: ConsentRecord, previous: str) -> str:
    facts = [
        previous,
        entry.subscriber_id,
        entry.sequence,
        entry.mailing_list_id,
        entry.action,
        entry.source,
        entry.at.isoformat(),
        entry.commitment,
    ]
    message = json.dumps(facts, ensure_ascii=False).encode()
    return hmac.new(settings.SUDI.address_key.encode(), message, hashlib.sha256).hexdigest()
