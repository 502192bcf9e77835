"""SNS messages: their envelope and their signature.

Source: "Verifying the signatures of Amazon SNS messages" (canonical strings; version 1 is SHA-1, version 2 SHA-256)
and "Parsing Amazon SNS message formats".
"""

import base64
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from sandbox.aws import REGION, SIGNING_CERT_URL

# Subject stands in the string of a Notification only where the message has one.
_SIGNED_KEYS = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}


class Signer:
    """Signs with the sandbox's own key. ``version`` is ``1``, ``2`` or ``alternate`` (odd and even numbers)."""

    def __init__(self, key: rsa.RSAPrivateKey, version: str) -> None:
        self._key = key
        self._version = version

    def sign(self, message: dict[str, str], number: int) -> dict[str, str]:
        """``message`` with SignatureVersion, Signature and SigningCertURL."""
        version = self._version if self._version != "alternate" else str(1 + number % 2)
        algorithm: hashes.HashAlgorithm = hashes.SHA1() if version == "1" else hashes.SHA256()  # noqa: S303 - SNS's own
        signature = self._key.sign(canonical(message).encode(), padding.PKCS1v15(), algorithm)
        return message | {
            "SignatureVersion": version,
            "Signature": base64.b64encode(signature).decode(),
            "SigningCertURL": SIGNING_CERT_URL,
        }


def canonical(message: dict[str, str]) -> str:
    """The string that is signed: name and value of the documented keys, each on a line of its own."""
    keys = _SIGNED_KEYS[message["Type"]]
    return "".join(f"{key}\n{message[key]}\n" for key in keys if key in message)


def load_key(path: Path) -> rsa.RSAPrivateKey:
    """The key kept at ``path``."""
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{path} holds no RSA key; delete it to have a new one made")
    return key


def ensure_key(path: Path, bits: int) -> rsa.RSAPrivateKey:
    """The key kept at ``path``; made where there is none of this size, readable by its owner only."""
    if path.exists() and (known := load_key(path)).key_size == bits:
        return known
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, pem, mode=0o600)
    return key


def write_certificate(key: rsa.RSAPrivateKey, path: Path) -> None:
    """A self-signed certificate for ``key``, valid for a year from yesterday, with SNS's subject."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("sns.amazonaws.com"), x509.DNSName(f"sns.{REGION}.amazonaws.com")]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)


def _replace(path: Path, content: bytes, *, mode: int) -> None:
    """Readers see the old file or the new one, never half of it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)
    temporary.replace(path)
