"""One-click unsubscription as a mail client does it (RFC 8058): a POST by the client's server, no page, no cookies."""

import http.client
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from sandbox.letters import Letter
from sandbox.options import is_loopback

_BODY = b"List-Unsubscribe=One-Click"
_TIMEOUT_S = 10


@dataclass(frozen=True, slots=True)
class OneClick:
    """What a message offers. ``blocked`` says why the button can't be used here."""

    url: str
    blocked: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What the URL answered."""

    done: bool
    summary: str


def offered(letter: Letter) -> OneClick | None:
    """The one-click URL of a message; None without both headers of RFC 8058."""
    headers = {name.lower(): value for name, value in letter.headers}
    post = headers.get("list-unsubscribe-post", "").replace(" ", "").lower()
    urls = re.findall(r"<(https?://[^>\s]+)>", headers.get("list-unsubscribe", ""))
    if not urls or post != "list-unsubscribe=one-click":
        return None
    parts = urlsplit(urls[0])
    if not is_loopback(parts.hostname):
        return OneClick(urls[0], f"The sandbox calls this machine only, not {parts.hostname}.")
    return OneClick(urls[0])


def use(offer: OneClick) -> Result:
    """Makes the POST. Redirects are not followed: RFC 8058 has the URL answer at once."""
    if offer.blocked:
        return Result(done=False, summary=offer.blocked)
    parts = urlsplit(offer.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_TIMEOUT_S)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, _BODY, {"Content-Type": "application/x-www-form-urlencoded"})
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException) as error:
        return Result(done=False, summary=f"No answer: {error}")
    finally:
        connection.close()
    return Result(done=200 <= response.status < 300, summary=f"{response.status} {response.reason}")
