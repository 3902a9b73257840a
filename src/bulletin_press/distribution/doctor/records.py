"""What the network's names say of a domain, asked with little patience (RFC 1035)."""

from __future__ import annotations

from collections.abc import Callable

SECONDS = 4.0
Ask = Callable[[str, str], list[str]]  # a name and TXT, MX or A; what is there, perhaps nothing


class NoAnswerError(Exception):
    """The network's names cannot be asked, or do not answer."""


class Records:
    """Looks up records, each once; after a question without answer it asks no more."""

    def __init__(self, ask: Ask | None = None) -> None:
        self._ask = ask
        self._known: dict[tuple[str, str], list[str]] = {}
        self._silent = False

    def texts(self, name: str) -> list[str]:
        """The texts of a name. Raises NoAnswerError."""
        return self._look_up(name, "TXT")

    def takes_mail(self, name: str) -> bool:
        """Whether mail to the domain has somewhere to go (RFC 5321 §5.1). Raises NoAnswerError."""
        exchanges = self._look_up(name, "MX")
        if exchanges:
            return any(exchange.strip(".") for exchange in exchanges)
        return bool(self._look_up(name, "A") or self._look_up(name, "AAAA"))

    def _look_up(self, name: str, kind: str) -> list[str]:
        key = name.lower().rstrip("."), kind
        if key not in self._known:
            if self._silent:
                raise NoAnswerError
            self._ask = self._ask or resolver()
            try:
                self._known[key] = self._ask(*key)
            except NoAnswerError:
                self._silent = True
                raise
        return self._known[key]


def resolver(servers: tuple[str, ...] = (), port: int = 53) -> Ask:
    """Asks the machine's name servers, or those given. Raises NoAnswerError without any."""
    import dns.exception
    import dns.resolver

    try:
        asked = dns.resolver.Resolver(configure=not servers)
    except dns.resolver.NoResolverConfiguration as error:
        raise NoAnswerError from error
    if servers:
        asked.nameservers, asked.port = list(servers), port

    def ask(name: str, kind: str) -> list[str]:
        try:
            answer = asked.resolve(name, kind, lifetime=SECONDS, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as error:
            raise NoAnswerError from error
        if kind == "TXT":
            return [b"".join(record.strings).decode("latin-1") for record in answer]
        if kind == "MX":
            return [record.exchange.to_text() for record in answer]
        return [record.to_text() for record in answer]

    return ask
