"""SNS messages signed by an SNS of our own."""

from __future__ import annotations

import base64
import datetime
import functools
import json
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

NOW = datetime.datetime(2026, 7, 1, 12, 0, tzinfo=datetime.UTC)
TOPIC = "arn:aws:sns:eu-west-1:123456789012:sudi-feedback"
CERTIFICATE_URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0f1e2d3c4b5a69788796a5b4c3d2e1f0.pem"
SUBSCRIBE_URL = f"https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=23364f12b5d6"

# Written out rather than shared with the code under test.
SIGNED_KEYS = {
    "Notification": ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
    "SubscriptionConfirmation": [
        *["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
    ],
}
SIGNED_KEYS["UnsubscribeConfirmation"] = SIGNED_KEYS["SubscriptionConfirmation"]


@functools.cache
def rsa_key(name: str = "sns", bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def make_pem(
    key: Any = None,
    *,
    name: str = "sns.amazonaws.com",
    alternative: tuple[str, ...] = (),
    begins: datetime.timedelta = datetime.timedelta(days=-30),
    ends: datetime.timedelta = datetime.timedelta(days=300),
) -> bytes:
    """A self-signed certificate, valid around NOW."""
    key = key or rsa_key()
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(4711)
        .not_valid_before(NOW + begins)
        .not_valid_after(NOW + ends)
    )
    if alternative:
        names = x509.SubjectAlternativeName([x509.DNSName(each) for each in alternative])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def notification(**changes: Any) -> dict[str, Any]:
    return {
        "Type": "Notification",
        "MessageId": "7a1c3c6e-90c1-5d1f-8f4e-6653b1f4d0aa",
        "TopicArn": TOPIC,
        "Subject": "Amazon SES Email Event Notification",
        "Message": '{"eventType":"Delivery",\n"速递":"✓"}\n',
        "Timestamp": "2026-07-01T11:59:58.123Z",
        "SignatureVersion": "1",
        "SigningCertURL": CERTIFICATE_URL,
        "UnsubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=arn",
    } | changes


def confirmation(**changes: Any) -> dict[str, Any]:
    document = notification(
        Type="SubscriptionConfirmation",
        Message="You have chosen to subscribe to the topic.",
        SubscribeURL=SUBSCRIBE_URL,
        Token="23364f12b5d6",
    )
    del document["Subject"], document["UnsubscribeURL"]
    return document | changes


def sign(document: dict[str, Any], key: rsa.RSAPrivateKey | None = None) -> dict[str, Any]:
    """The same with its Signature, made as SNS makes it."""
    names = [name for name in SIGNED_KEYS[document["Type"]] if document.get(name) is not None]
    text = "".join(f"{name}\n{document[name]}\n" for name in names)
    digest = hashes.SHA256() if document["SignatureVersion"] == "2" else hashes.SHA1()
    signature = (key or rsa_key()).sign(text.encode(), padding.PKCS1v15(), digest)
    return document | {"Signature": base64.b64encode(signature).decode()}


def post_body(document: dict[str, Any], key: rsa.RSAPrivateKey | None = None) -> bytes:
    return json.dumps(sign(document, key)).encode()
