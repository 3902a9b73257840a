"""A real Postfix for tests: on loopback, with a configuration and queue of its own.

Mail to ``DOMAINS`` is put into one Maildir, with the address in ``Delivered-To``. What cannot be
delivered comes back to its sender as Postfix reports it. No mail leaves the machine. Postfix
starts for root only.
"""

from __future__ import annotations

import email
import email.policy
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

BOUNCES = "bounces.example.org"
DOMAINS = ("readers.example.org", "kindle.com", "example.org", BOUNCES)
GONE = "gone@readers.example.org"
"""An address that the server takes mail for, and then finds to be nobody's."""

_NOBODY = 65534
_PATIENCE = 60.0

_MAIN = """\
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
maillog_file = {root}/log
maillog_file_prefixes = {root}
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.example.org
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtp_dns_support_level = disabled
default_transport = error:5.4.4 no mail leaves this machine
transport_maps = inline:{{ {gone}=gone: }}
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:{nobody}
virtual_gid_maps = static:{nobody}
virtual_mailbox_limit = 0
message_size_limit = 60000000
alias_maps =
"""

_GONE = "echo 'there is no such person here' && exit 67\n"

_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
gone unix - n n - - pipe user=nobody argv=/bin/sh {root}/etc/gone
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
"""


@dataclass(frozen=True)
class MailServer:
    """A running Postfix, its port, and the folder of all that is its own."""

    port: int
    root: Path

    def received(self) -> list[Path]:
        """The files of all mails delivered, oldest first."""
        return sorted(
            (self.root / "mail/all").glob("new/*"), key=lambda one: one.stat().st_mtime_ns
        )

    def mailbox(self, address: str) -> list[EmailMessage]:
        """The mails to an address, or to any at a domain given as ``@domain``, oldest first."""
        mails = (read_mail(path.read_bytes()) for path in self.received())
        return [mail for mail in mails if str(mail["Delivered-To"]).endswith(address)]

    def wait(self, arrived: Callable[[], bool]) -> None:
        """Return once something has come; fails with the server's log if it does not."""
        end = time.monotonic() + _PATIENCE
        while not arrived():
            assert time.monotonic() < end, (self.root / "log").read_text("utf-8")[-4000:]
            time.sleep(0.05)


def read_mail(data: bytes) -> EmailMessage:
    """A mail as the standard library reads it."""
    return email.message_from_bytes(data, policy=email.policy.default)


@contextmanager
def postfix() -> Iterator[MailServer]:
    """Postfix, until the end of the block."""
    root = Path(tempfile.mkdtemp(prefix="post-"))
    try:
        port = _configure(root)
        _postfix(root, "start")
        try:
            yield MailServer(port, root)
        finally:
            _postfix(root, "stop")
    finally:
        shutil.rmtree(root)


def _configure(root: Path) -> int:
    """Write the configuration; returns the port, a free one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    root.chmod(0o755)
    for name in ("etc", "queue", "data", "mail"):
        (root / name).mkdir()
    shutil.chown(root / "data", "postfix")
    os.chown(root / "mail", _NOBODY, _NOBODY)
    values = {
        "root": root, "port": port, "nobody": _NOBODY, "gone": GONE,
        "domains": ", ".join(DOMAINS),
    }  # fmt: skip
    files = {"main.cf": _MAIN, "master.cf": _MASTER, "gone": _GONE}
    for name, text in files.items():
        (root / "etc" / name).write_text(text.format_map(values), "utf-8")
    return port


def _postfix(root: Path, verb: str) -> None:
    command = shutil.which("postfix", path=f"{os.environ['PATH']}:/usr/sbin")
    assert command, "Postfix is not installed"
    done = subprocess.run(
        [command, "-c", str(root / "etc"), verb], capture_output=True, text=True, check=False
    )
    log = root / "log"
    said = log.read_text("utf-8") if log.exists() else ""
    assert done.returncode == 0, done.stderr + said
