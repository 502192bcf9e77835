from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from newsletter.events import sns
from newsletter.events.certificates import CertificateStore, SigningCertificate
from newsletter.events.fetching import FetchFailed
from newsletter.events.sns_errors import Refused, SnsCode, TryLater
from tests.newsletter.events.signing import CERTIFICATE_URL, NOW, TOPIC, make_pem, notification, post_body, rsa_key

OTHER_URL = CERTIFICATE_URL.replace("0f1e", "beef")


def no_network(url: str) -> bytes:
    raise AssertionError(f"nothing may be fetched, yet {url} was")


def numbered_url(number: int) -> str:
    return CERTIFICATE_URL.replace("0f1e2d", f"{number:06x}")


def test_a_certificate_is_fetched_once() -> None:
    asked: list[str] = []
    store = CertificateStore(fetch=lambda url: asked.append(url) or make_pem())  # type: ignore[func-returns-value]
    assert store.get(CERTIFICATE_URL) is store.get(CERTIFICATE_URL)
    store.get(OTHER_URL)
    assert asked == [CERTIFICATE_URL, OTHER_URL]


def test_a_failed_fetch_is_not_remembered() -> None:
    answers: Iterator[Exception | bytes] = iter([FetchFailed("no route"), b"<html>", make_pem()])

    def fetch(url: str) -> bytes:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    store = CertificateStore(fetch=fetch)
    with pytest.raises(TryLater, match=r"certificate_unavailable: .*no route"):
        store.get(CERTIFICATE_URL)
    with pytest.raises(Refused, match="bad_certificate"):
        store.get(CERTIFICATE_URL)
    assert store.get(CERTIFICATE_URL).names == {"sns.amazonaws.com"}


def test_the_cache_is_bounded() -> None:
    asked: list[str] = []
    store = CertificateStore(fetch=lambda url: asked.append(url) or make_pem(), capacity=3)  # type: ignore[func-returns-value]
    for number in range(5):
        store.get(numbered_url(number))
    store.get(numbered_url(4))
    assert len(asked) == 5
    store.get(numbered_url(0))
    assert len(asked) == 6


def test_made_up_urls_can_not_tie_up_all_threads() -> None:
    begun, release = threading.Semaphore(0), threading.Event()

    def slow(url: str) -> bytes:
        begun.release()
        release.wait(10)
        return make_pem()

    store = CertificateStore(fetch=slow, parallel_fetches=2)
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(store.get, numbered_url(number)) for number in range(2)]
        assert begun.acquire(timeout=10)
        assert begun.acquire(timeout=10)
        with pytest.raises(TryLater, match="fetched already"):
            store.get(numbered_url(9))
        release.set()
        assert all(each.result() for each in waiting)
    assert store.get(numbered_url(9))


def test_many_threads_share_a_store(tmp_path: Path) -> None:
    seed = tmp_path / "seed.pem"
    seed.write_bytes(make_pem())
    store = CertificateStore(fetch=lambda url: make_pem(), seeds={OTHER_URL: seed}, capacity=2, parallel_fetches=99)
    urls = [OTHER_URL, *(numbered_url(number) for number in range(6))] * 20
    with ThreadPoolExecutor(8) as pool:
        assert len(list(pool.map(store.get, urls))) == len(urls)


def test_a_seeded_certificate_needs_no_network(tmp_path: Path) -> None:
    seed = tmp_path / "seed.pem"
    store = CertificateStore(fetch=no_network, seeds={CERTIFICATE_URL: str(seed)})
    seed.write_bytes(make_pem())  # after the store was made: it is read when first needed
    assert sns.verify(post_body(notification()), topics=[TOPIC], certificates=store, now=NOW)
    assert store.get(CERTIFICATE_URL) is store.get(CERTIFICATE_URL)


def test_a_seeded_certificate_is_held_to_the_same_rules(tmp_path: Path) -> None:
    seed = tmp_path / "seed.pem"
    seed.write_bytes(make_pem(name="sandbox.example"))
    store = CertificateStore(fetch=no_network, seeds={CERTIFICATE_URL: seed})
    with pytest.raises(Refused, match="bad_certificate"):
        sns.verify(post_body(notification()), topics=[TOPIC], certificates=store, now=NOW)


def test_a_seeded_file_that_changes_is_read_again(tmp_path: Path) -> None:
    seed = tmp_path / "seed.pem"
    seed.write_bytes(make_pem())
    store = CertificateStore(fetch=no_network, seeds={CERTIFICATE_URL: seed})
    first = store.get(CERTIFICATE_URL)
    seed.write_bytes(make_pem(rsa_key("other")))
    os.utime(seed, ns=(1, seed.stat().st_mtime_ns + 1))
    second = store.get(CERTIFICATE_URL)
    assert first.key.public_numbers() != second.key.public_numbers()


@pytest.mark.parametrize("content", [None, b"", b"not a certificate", make_pem()[:300]])
def test_a_seeded_file_that_can_not_be_used_may_be_mended(tmp_path: Path, content: bytes | None) -> None:
    seed = tmp_path / "seed.pem"
    if content is not None:
        seed.write_bytes(content)
    store = CertificateStore(fetch=no_network, seeds={CERTIFICATE_URL: seed})
    with pytest.raises(TryLater, match="SUDI_SNS_CERTIFICATES") as caught:
        store.get(CERTIFICATE_URL)
    assert caught.value.code is SnsCode.CERTIFICATE_UNAVAILABLE
    seed.write_bytes(make_pem())
    assert store.get(CERTIFICATE_URL)


def test_a_seed_for_a_url_that_would_never_be_used_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="bad_url"):
        CertificateStore(fetch=no_network, seeds={"http://127.0.0.1/cert.pem": tmp_path / "seed.pem"})


def test_alternative_names_replace_the_common_name() -> None:
    pem = make_pem(name="sns.amazonaws.com", alternative=("sns-signing.af-south-1.amazonaws.com",))
    assert SigningCertificate.from_pem(pem).names == {"sns-signing.af-south-1.amazonaws.com"}


@pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP256R1()), rsa_key("short", 1024)])
def test_keys_that_sns_does_not_use_are_refused(key: object) -> None:
    with pytest.raises(ValueError, match="RSA of at least 2048 bits"):
        SigningCertificate.from_pem(make_pem(key))


def test_dates_are_inclusive() -> None:
    certificate = SigningCertificate.from_pem(make_pem())
    certificate.check(url=CERTIFICATE_URL, now=certificate.not_before)
    certificate.check(url=CERTIFICATE_URL, now=certificate.not_after)
