"""The conversation with the relay: one connection, one message at a time, and how each ended.

Up to the final dot nothing was taken: whatever goes wrong before it is clean. Between the dot and
its reply nobody knows: that alone is doubtful (RFC 5321 §6.1).
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bulletin_press.distribution.mail import verdict
from bulletin_press.distribution.mail.mailbox import ADDRESS
from bulletin_press.distribution.mail.relay import (
    Patience,
    Relay,
    encoded,
    is_loopback,
    plain_login,
    secret_forms,
)

_REPLY = re.compile(rb"([2-5][0-9][0-9])(?:([ -])([^\n]*?))?\r?\n\Z")
_USUAL = {b"250 ": 250, b"354 ": 354}  # replies of one line
_MOST_LINES = 100
_LONGEST_LINE = 4096
_GARBAGE = -1
_BLOCK = 1 << 18  # octets that are handed to the system at once, which keeps room for them


@dataclass(frozen=True, slots=True)
class Outcome:
    """How something ended: a kind of ``verdict.KINDS``, the server's words, at which step.

    ``usable`` says whether the connection can take another message.
    """

    kind: str
    reply: str
    step: str
    usable: bool = False


class NotOpenError(Exception):
    """No connection came about; ``outcome`` says why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reply)
        self.outcome = outcome


class _BrokenError(Exception):
    """The connection cannot be used any more."""


class _Wire(smtplib.SMTP):
    """The client of the standard library, with replies of bounded length and a single code."""

    ahead = b""  # what has been read beyond the last reply

    def getreply(self) -> tuple[int, bytes]:
        """The code of a reply and its lines; _GARBAGE for what is no reply."""
        line = self._line()
        if line[:4] in _USUAL:
            return _USUAL[line[:4]], line[4:].strip()
        lines: list[bytes] = []
        code = b""
        while len(lines) < _MOST_LINES:
            line = self._line() if lines else line
            found = _REPLY.match(line)
            if not found or (code and found[1] != code):
                return _GARBAGE, line
            code = found[1]
            lines.append((found[3] or b"").strip())
            if found[2] != b"-":
                return int(code), lines[0] if len(lines) == 1 else b"\n".join(lines)
        return _GARBAGE, b"a reply without an end"

    def _line(self) -> bytes:
        """The next line, cut off at _LONGEST_LINE octets."""
        while (end := self.ahead.find(b"\n")) < 0 and len(self.ahead) < _LONGEST_LINE:
            more = self.sock.recv(_LONGEST_LINE) if self.sock else b""
            if not more:
                raise smtplib.SMTPServerDisconnected("the relay ended the connection")
            self.ahead += more
        size = min(end + 1 or _LONGEST_LINE, _LONGEST_LINE)
        line, self.ahead = self.ahead[:size], self.ahead[size:]
        return line


class Connection:
    """An open connection to the relay. Belongs to one thread.

    ``largest`` is the octets of the largest message that the relay takes; 0 if it does not say.
    """

    def __init__(self, relay: Relay, wire: _Wire, patience: Patience) -> None:
        self._relay = relay
        self._wire = wire
        self._patience = patience
        self._broken = False
        self._taken = 0
        self.largest = 0
        self._step = "greeting"
        self._waits = 0.0
        self._secrets = secret_forms(relay)

    @classmethod
    def open(cls, relay: Relay, patience: Patience | None = None) -> Connection:
        """Connect, encrypt, log in. Raises NotOpenError with the outcome."""
        patience = patience or Patience()
        try:
            reached = socket.create_connection((relay.host, relay.port), patience.connect)
        except OSError as error:
            raise NotOpenError(Outcome(verdict.LOST, _reason(error), "connect")) from None
        peer, own = reached.getpeername()[0], reached.getsockname()[0]
        wire = _Wire(local_hostname=f"[IPv6:{own}]" if ":" in own else f"[{own}]")
        wire.sock = reached
        connection = cls(relay, wire, patience)
        reached.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reached.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BLOCK)
        try:
            refusal = connection._begin(plain=relay.context is None and not is_loopback(peer))
        except _BrokenError as error:
            refusal = Outcome(verdict.LOST, str(error), connection._step)
        except BaseException:
            wire.close()
            raise
        if refusal is not None:
            connection.close()
            raise NotOpenError(replace(refusal, usable=False))
        return connection

    @property
    def features(self) -> Mapping[str, str]:
        """What the relay offers, by the keyword of its extension in small letters."""
        return dict(self._wire.esmtp_features)

    @property
    def encryption(self) -> str:
        """The version of TLS, empty where nothing is encrypted."""
        wire = self._wire.sock
        return (wire.version() or "") if isinstance(wire, ssl.SSLSocket) else ""

    @property
    def trusted_until(self) -> float:
        """When the relay's certificate ends, in seconds since 1970; 0 without encryption."""
        wire = self._wire.sock
        shown = wire.getpeercert() if isinstance(wire, ssl.SSLSocket) else None
        return ssl.cert_time_to_seconds(str(shown["notAfter"])) if shown else 0

    @property
    def usable(self) -> bool:
        """Whether the connection can take another message."""
        return not self._broken and self._taken < self._relay.renew

    def deliver(
        self, envelope_from: str, address: str, data: bytes, *, joined: bool = False
    ) -> Outcome:
        """Hand over a message of ``Template.join`` or ``note`` for one address.

        ``joined`` says that it is a template's, which was looked through when it was loaded.
        Raises ValueError, before anything is sent, for addresses and data that are unsafe.
        """
        if not ADDRESS.match(envelope_from) or not ADDRESS.match(address):
            raise ValueError("an address that is unsafe in a command")
        ends = not joined and b"\r\n.\r\n" in data
        if ends or not data.endswith(b"\r\n") or data.startswith(b"."):
            raise ValueError("data that would end before its end")
        if not self.usable:
            return Outcome(verdict.LOST, "the connection was closed before", "mail")
        if self._relay.sign is not None:
            data = self._relay.sign(data)
        if 0 < self.largest < len(data):
            reply = f"the relay takes {self.largest} octets, the message has {len(data)}"
            return Outcome(verdict.TOO_LARGE, reply, "mail", self.usable)
        size = f" SIZE={len(data)}" if "size" in self._wire.esmtp_features else ""
        refusal = self._announce(f"MAIL FROM:<{envelope_from}>{size}", f"RCPT TO:<{address}>")
        outcome = refusal or self._hand_over(data)
        self._taken += 1
        if outcome.kind != verdict.SENT:
            self._reset()
        return Outcome(outcome.kind, outcome.reply, outcome.step, self.usable)

    def close(self) -> None:
        """Take leave, if the relay still listens; nothing that it does now changes an outcome."""
        if not self._broken:
            with contextlib.suppress(_BrokenError):
                self._ask("quit", "QUIT", self._patience.quit)
        self._broken = True
        with contextlib.suppress(OSError):
            self._wire.close()

    def _begin(self, *, plain: bool) -> Outcome | None:
        """Everything up to the first message; the refusal, if there is one."""
        if plain:
            reply = "the relay is another machine, to which nothing would be encrypted"
            return self._gone(Outcome(verdict.BLOCKED, reply, "connect"))
        secured = self._secure() if self._relay.scheme == "smtps" else None
        return secured or self._greeted() or self._hello() or self._start_tls() or self._log_in()

    def _greeted(self) -> Outcome | None:
        return self._unless(2, "greeting", *self._heard("greeting", self._patience.command))

    def _hello(self) -> Outcome | None:
        self._prepare("ehlo", self._patience.command)
        try:
            code, text = self._wire.ehlo()
            if code in (500, 502) and self._relay.scheme == "smtp":
                code, text = self._wire.helo()
        except OSError as error:
            raise self._break(error) from None
        size = self._wire.esmtp_features.get("size", "").strip()
        self.largest = int(size) if re.fullmatch(r"[0-9]{1,15}", size) else 0
        return self._unless(2, "ehlo", code, text)

    def _start_tls(self) -> Outcome | None:
        if self._relay.scheme != "smtp+starttls":
            return None
        if "starttls" not in self._wire.esmtp_features:
            return Outcome(verdict.BLOCKED, "the relay offers no STARTTLS", "starttls")
        refusal = self._unless(2, "starttls", *self._ask("starttls", "STARTTLS"))
        return refusal or self._secure() or self._hello()

    def _secure(self) -> Outcome | None:
        """Encrypt, and forget all that was said before (RFC 3207 §4.2)."""
        plain = self._prepare("starttls", self._patience.command)
        wire, context = self._wire, self._relay.context or ssl.create_default_context()
        try:
            wire.ahead = b""
            wire.esmtp_features = {}
            self._waits = 0.0
            wire.sock = context.wrap_socket(plain, server_hostname=self._relay.host)
        except ssl.SSLCertVerificationError as error:
            reply = f"the relay's certificate is not trusted: {error.verify_message}"
            return self._gone(Outcome(verdict.BLOCKED, reply, "starttls"))
        except OSError as error:
            raise self._break(error) from None
        return None

    def _log_in(self) -> Outcome | None:
        relay = self._relay
        if not relay.user:
            return None
        offered = self._wire.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered:
            words = [f"AUTH PLAIN {plain_login(relay)}"]
        elif "LOGIN" in offered:
            words = ["AUTH LOGIN", encoded(relay.user), encoded(relay.password)]
        else:
            reply = "the relay offers neither AUTH PLAIN nor AUTH LOGIN"
            return Outcome(verdict.BLOCKED, reply, "auth")
        for number, word in enumerate(words, 1):
            answer = self._ask("auth", word)
            refusal = self._unless(2 if number == len(words) else 3, "auth", *answer)
            if refusal is not None:
                return refusal
        return None

    def _announce(self, mail: str, rcpt: str) -> Outcome | None:
        """MAIL, RCPT and DATA, at once where the relay allows; the first refusal, if any.

        A relay that has refused the reader may all the same ask for the message, as it was told
        DATA already: it then gets an empty one (RFC 2920 §3.1).
        """
        commands = {"mail": mail, "rcpt": rcpt, "data": "DATA"}
        together = "pipelining" in self._wire.esmtp_features
        refusal: Outcome | None = None
        try:
            if together:
                self._say("mail", "\r\n".join(commands.values()), self._patience.command)
            for step, command in commands.items():
                patience = self._patience.command
                if step == "data" and not together:
                    patience = self._patience.data
                if not together:
                    self._say(step, command, patience)
                code, text = self._heard(step, patience)
                refusal = refusal or self._unless(3 if step == "data" else 2, step, code, text)
                if self._broken or (refusal and not together):
                    return refusal
            if refusal is not None and code // 100 == 3:
                self._ask("data", ".", self._patience.end)
        except _BrokenError as error:
            return refusal or Outcome(verdict.LOST, str(error), self._step)
        return refusal

    def _hand_over(self, data: bytes) -> Outcome:
        """The message and its dot, which goes with the last octets or not at all."""
        wire = self._prepare("body", self._patience.block)
        start = 0
        try:
            while len(data) - start > _BLOCK:
                wire.sendall(data[start : start + _BLOCK])
                start += _BLOCK
            wire.sendall(data[start:] + b".\r\n")
        except OSError as error:
            return self._cut_short(error)
        try:
            code, text = self._heard("dot", self._patience.end)
        except _BrokenError as error:
            return Outcome(verdict.DOUBTFUL, str(error), "dot")
        if code // 100 == 2:
            return Outcome(verdict.SENT, self._shown(code, text), "dot")
        return self._refused("dot", code, text)

    def _cut_short(self, error: OSError) -> Outcome:
        """The relay stopped listening before the dot: for the reason that it gave, if it did."""
        lost = Outcome(verdict.LOST, str(self._break(error)), "body")
        if isinstance(error, TimeoutError):
            return lost
        try:
            code, text = self._heard("body", min(1, self._patience.block))
        except _BrokenError:
            return lost
        return self._refused("body", code, text) if code >= 400 else lost

    def _reset(self) -> None:
        """Begin afresh after a refusal, so that the next message is not out of order."""
        if self.usable:
            try:
                code, _ = self._ask("rset", "RSET")
            except _BrokenError:
                return
            self._broken = self._broken or code // 100 != 2

    def _unless(self, hundred: int, step: str, code: int, text: bytes) -> Outcome | None:
        return None if code // 100 == hundred else self._refused(step, code, text)

    def _refused(self, step: str, code: int, text: bytes) -> Outcome:
        """The outcome of a reply that refuses, or of one out of place: then the end."""
        shown = self._shown(code, text)
        if code >= 400:
            self._broken = self._broken or code == 421
            return Outcome(verdict.kind_of(step, code, text.decode("latin-1")), shown, step)
        kind = verdict.DOUBTFUL if step == "dot" else verdict.LOST
        return self._gone(Outcome(kind, f"the relay answered out of turn: {shown[:200]}", step))

    def _ask(self, step: str, command: str, patience: float | None = None) -> tuple[int, bytes]:
        patience = self._patience.command if patience is None else patience
        self._say(step, command, patience)
        return self._heard(step, patience)

    def _say(self, step: str, command: str, patience: float) -> None:
        wire = self._prepare(step, patience)
        try:
            wire.sendall(f"{command}\r\n".encode("ascii"))
        except OSError as error:
            raise self._break(error) from None

    def _heard(self, step: str, patience: float) -> tuple[int, bytes]:
        self._prepare(step, patience)
        try:
            return self._wire.getreply()
        except OSError as error:
            raise self._break(error) from None

    def _prepare(self, step: str, patience: float) -> socket.socket:
        self._step = step
        wire = self._wire.sock
        if wire is None:
            raise _BrokenError("the connection is closed")
        if patience != self._waits:
            wire.settimeout(patience)
            self._waits = patience
        return wire

    def _break(self, error: OSError) -> _BrokenError:
        self._broken = True
        return _BrokenError(_reason(error))

    def _gone(self, outcome: Outcome) -> Outcome:
        self._broken = True
        return outcome

    def _shown(self, code: int, text: bytes) -> str:
        said = b"%d " % code + text if code > 0 else text
        return verdict.cleaned(said, self._secrets)


def _reason(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "the relay did not answer in time"
    said = error.strerror or str(error) or "no more is known"
    return f"the connection failed: {said}"[:200]
