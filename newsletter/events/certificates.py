"""The certificates that SNS signs with, kept by URL.

A certificate is believed because it came over TLS from an SNS host (the URL rule is checked first), or because an
operator put it there. Its own chain is not followed: AWS serves the leaf alone, and TLS has vouched for the host
already. Names, dates and key are checked here, since no library does it for a bare certificate.
"""

from __future__ import annotations

import dataclasses
import datetime
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from newsletter.events.fetching import FetchFailed
from newsletter.events.sns_errors import Refused, SnsCode, TryLater
from newsletter.events.sns_urls import check_certificate_url, signer_names

_SMALLEST_KEY = 2048


@dataclasses.dataclass(frozen=True, slots=True)
class SigningCertificate:
    """The parts of an X.509 certificate that verifying a message needs."""

    key: RSAPublicKey
    names: frozenset[str]
    not_before: datetime.datetime
    not_after: datetime.datetime

    @classmethod
    def from_pem(cls, pem: bytes) -> SigningCertificate:
        """Raises ``ValueError`` when this is no certificate, or one whose key SNS would not use."""
        try:
            certificate = x509.load_pem_x509_certificate(pem)
            return cls(_rsa_key(certificate), _names(certificate), *_dates(certificate))
        except (UnsupportedAlgorithm, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
            raise ValueError(str(error)) from error

    def check(self, *, url: str, now: datetime.datetime) -> None:
        """Raises ``Refused`` or ``TryLater`` unless SNS may sign with this certificate, from this URL, now."""
        if not self.names & signer_names(url):
            raise Refused(SnsCode.BAD_CERTIFICATE, "The signing certificate was not issued to SNS in that region.")
        if now > self.not_after:
            raise Refused(SnsCode.BAD_CERTIFICATE, f"The signing certificate ended on {self.not_after:%Y-%m-%d}.")
        if now < self.not_before:
            message = f"The signing certificate begins on {self.not_before:%Y-%m-%d}: is this machine's clock slow?"
            raise TryLater(SnsCode.BAD_CERTIFICATE, message)


class CertificateStore:
    """Signing certificates by URL: the operator's files first, then what was fetched before, then a fetch.

    ``fetch(url)`` gives the body of a 200 answer or raises ``FetchFailed``; it must follow no redirect, and bound its
    time and size (``fetching.fetch`` does). ``seeds`` maps URLs to PEM files, read when first needed and again when
    they change. Safe to share between threads; no lock is held across the network.
    """

    def __init__(
        self,
        *,
        fetch: Callable[[str], bytes],
        seeds: Mapping[str, str | os.PathLike[str]] | None = None,
        capacity: int = 64,
        parallel_fetches: int = 2,
    ) -> None:
        self._fetch = fetch
        self._seeds = {url: Path(path) for url, path in (seeds or {}).items()}
        for url in self._seeds:
            check_certificate_url(url)
        self._capacity = capacity
        self._fetched: dict[str, SigningCertificate] = {}
        self._read: dict[str, tuple[tuple[int, int], SigningCertificate]] = {}
        self._lock = threading.Lock()
        # Anyone who knows a topic's name can post a made-up certificate URL: it must not tie up all our threads.
        self._fetch_slots = threading.BoundedSemaphore(parallel_fetches)

    def get(self, url: str) -> SigningCertificate:
        """The certificate at a URL whose rule was checked. Raises ``TryLater`` or ``Refused(BAD_CERTIFICATE)``."""
        if url in self._seeds:
            return self._from_file(url)
        with self._lock:
            known = self._fetched.get(url)
        return known or self._from_network(url)

    def _from_file(self, url: str) -> SigningCertificate:
        path = self._seeds[url]
        try:
            status = path.stat()
            version = (status.st_mtime_ns, status.st_size)
            with self._lock:
                known = self._read.get(url)
            if known and known[0] == version:
                return known[1]
            certificate = SigningCertificate.from_pem(path.read_bytes())
        except (OSError, ValueError) as error:
            # The operator can mend a file, so the message is worth sending again.
            raise _unavailable(f"The file that SUDI_SNS_CERTIFICATES names can't be used: {error}.") from error
        with self._lock:
            self._read[url] = (version, certificate)
        return certificate

    def _from_network(self, url: str) -> SigningCertificate:
        if not self._fetch_slots.acquire(blocking=False):
            raise _unavailable("Enough signing certificates are being fetched already.")
        try:
            pem = self._fetch(url)
        except FetchFailed as error:
            raise _unavailable(f"The signing certificate can't be fetched: {error}.") from error
        finally:
            self._fetch_slots.release()
        try:
            certificate = SigningCertificate.from_pem(pem)
        except ValueError as error:
            raise Refused(SnsCode.BAD_CERTIFICATE, "What SigningCertURL holds is no RSA certificate.") from error
        self._keep(url, certificate)
        return certificate

    def _keep(self, url: str, certificate: SigningCertificate) -> None:
        with self._lock:
            while len(self._fetched) >= self._capacity:
                self._fetched.pop(next(iter(self._fetched)))
            self._fetched[url] = certificate


def _rsa_key(certificate: x509.Certificate) -> RSAPublicKey:
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey) or key.key_size < _SMALLEST_KEY:
        raise ValueError(f"the key is not RSA of at least {_SMALLEST_KEY} bits")
    return key


def _names(certificate: x509.Certificate) -> frozenset[str]:
    common = {str(name.value) for name in certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)}
    try:
        alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return frozenset(common)
    # RFC 9525: where there are alternative names, the common name says nothing.
    return frozenset(alternative.get_values_for_type(x509.DNSName))


def _dates(certificate: x509.Certificate) -> tuple[datetime.datetime, datetime.datetime]:
    return certificate.not_valid_before_utc, certificate.not_valid_after_utc


def _unavailable(message: str) -> TryLater:
    return TryLater(SnsCode.CERTIFICATE_UNAVAILABLE, message)
