"""What makes a web address good or bad: the rules behind `not-a-link` and `unsafe-link`."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipeline.checks.markup import CONTROL_CHARACTERS
from pipeline.checks.scope import advice
from pipeline.matching import nearest

NOT_A_LINK, UNSAFE_LINK = "not-a-link", "unsafe-link"

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(.*)", re.IGNORECASE | re.DOTALL)
_HOST_AND_PORT = re.compile(r"(?:localhost|[\w-]+(?:\.[\w-]+)+):\d{1,5}(?:[/?#].*)?", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,24}(?::\d{1,5})?(?:[/?#].*)?")
_MAIL = re.compile(r"[^\s@/:]+@[\w-]+(?:\.[\w-]+)+")
_HIDDEN_CONTROL = re.compile(r"%(?:[01][0-9a-f]|7f|5c)", re.IGNORECASE)
_HARMFUL = frozenset({"javascript", "data", "file", "vbscript", "blob", "about", "view-source"})
_WRITE_HTTPS = "write the whole address, beginning with https://."


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with an address: the code, what follows the address in a message, and the help."""

    code: str
    is_: str
    help: str


def address_fault(address: str) -> Fault | None:
    """What is wrong with the content of a Link column, which is a web address (http or https); None if nothing is."""
    return _danger(address) or _web_fault(address)


def target_fault(address: str) -> Fault | None:
    """What is wrong with the target of a link in a text or on a cell; None if nothing is.

    There, addresses within the site (“glossary.html”, “#terms”) and mailto: are good too.
    """
    if fault := _danger(address):
        return fault
    scheme, rest = _scheme(address)
    if scheme == "mailto":
        if "@" in rest and not rest.startswith("//"):
            return None
        return Fault(
            code=NOT_A_LINK, is_="has no e-mail address behind “mailto:”", help="write mailto:name@example.org."
        )
    if scheme or address.lower().startswith("www.") or ":" in re.split(r"[/?#]", address)[0]:
        return _web_fault(address)
    if not address:
        return Fault(code=NOT_A_LINK, is_="is blank", help="write the address between the round brackets.")
    return None


def _scheme(address: str) -> tuple[str, str]:
    found = _SCHEME.fullmatch(address)
    if not found or _HOST_AND_PORT.fullmatch(address):
        return "", address
    return found[1].lower(), found[2]


def _danger(address: str) -> Fault | None:
    scheme, rest = _scheme(address)
    # Browsers pass over what is invisible: "java\tscript:" is as harmful as without the tab.
    kind = _scheme(re.sub(r"[\s\x00-\x1f\x7f]", "", address))[0]
    if kind in _HARMFUL:
        return _unsafe(
            f"begins with “{kind}:”, which leads to no web page and can do harm",
            "write an address that begins with https://.",
        )
    if CONTROL_CHARACTERS.search(address) or _HIDDEN_CONTROL.search(address):
        return _unsafe("contains invisible characters", "type it again, or copy it from the browser’s address bar.")
    if len(scheme) == 1 or address.startswith("\\\\"):
        return _unsafe("leads to a file on one computer", "put the file on the web and write its address.")
    if "\\" in address:
        return _unsafe("contains a backslash", "write / in its place.")
    if address.startswith("//"):
        return _unsafe("does not say whether it is http or https", advice(f"https:{address}", _WRITE_HTTPS))
    if re.match(r"(?:[a-z][a-z0-9+.-]*:)?//[^/?#]*@", address, re.IGNORECASE):
        return _unsafe(
            "contains a user name or password before an @",
            "take out what stands between // and @; everybody would see it.",
        )
    if scheme and scheme not in ("http", "https", "mailto") and not re.match(r"\s", rest):
        meant = nearest(scheme, ("https", "http"), at_least=60) if rest.startswith("//") else None
        return _unsafe(
            f"begins with “{scheme}:”; only http and https lead to a web page",
            advice(f"{meant}:{rest}" if meant else None, "write an address that begins with https://."),
        )
    return None


def _unsafe(is_: str, help_: str) -> Fault:
    return Fault(code=UNSAFE_LINK, is_=is_, help=help_)


def _web_fault(address: str) -> Fault | None:
    scheme, rest = _scheme(address)
    if scheme == "mailto" or _MAIL.fullmatch(address):
        return Fault(code=NOT_A_LINK, is_="is an e-mail address, not a web address", help=_WRITE_HTTPS)
    if re.search(r"\s", address):
        together = re.sub(r"\s+", "%20", address)
        is_one = bool(re.match(r"https?://\S", address, re.IGNORECASE)) and address.count("://") == 1
        return Fault(
            code=NOT_A_LINK,
            is_="contains a space" if is_one else "is not a web address",
            help=advice(together if is_one else None, "write one address, without spaces, beginning with https://."),
        )
    if scheme not in ("http", "https"):
        meant = f"https://{address}" if _DOMAIN.fullmatch(address) or _HOST_AND_PORT.fullmatch(address) else None
        is_ = "does not begin with https://" if meant else "is not a web address"
        return Fault(code=NOT_A_LINK, is_=is_, help=advice(meant, _WRITE_HTTPS))
    if not rest.startswith("//"):
        return Fault(
            code=NOT_A_LINK,
            is_=f"lacks the // behind “{scheme}:”",
            help=advice(f"{scheme}://{rest.lstrip('/')}" if rest.strip("/") else None, _WRITE_HTTPS),
        )
    return (
        None
        if _has_host(address)
        else Fault(
            code=NOT_A_LINK,
            is_="does not name a web site",
            help="copy the whole address from the browser’s address bar.",
        )
    )


def _has_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if host == "localhost" or ":" in host:
        return True
    labels = host.rstrip(".").split(".")
    return len(labels) > 1 and all(re.fullmatch(r"[\w-]{1,63}", label) for label in labels) and port != 0
