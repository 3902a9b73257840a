"""The tables of distribution: subscriptions and their history, mailings, the ledger, returns.

Moments are milliseconds since 1970 in UTC (``clock``). Words in columns named ``state``, ``form``
and ``kind`` are those of ``words``. ``migrations`` holds the same tables by version.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_Id = BigInteger().with_variant(Integer, "sqlite")

settings = Table(
    "settings",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("public_id", String(16), nullable=False, unique=True),  # random; all that URLs show
    Column("address", String(320)),  # as the reader writes it; null once erased
    Column("address_key", String(64), unique=True),  # keys.address_key(address); null once erased
    Column("name", String(200), nullable=False, default=""),
    Column("language", String(35), nullable=False),  # a BCP 47 tag
    Column("form", String(20), nullable=False),
    Column("device", String(320), nullable=False, default=""),  # an e-reader's address, form kindle
    Column("device_confirmed_at", BigInteger),
    Column("state", String(20), nullable=False),
    Column("state_reason", String(200), nullable=False, default=""),
    Column("consent_at", BigInteger),
    Column("consent_source", String(200), nullable=False, default=""),
    Column("consent_wording", Text, nullable=False, default=""),
    Column("soft_bounces", Integer, nullable=False, default=0),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Index(None, "state", "id"),
)

changes = Table(
    "changes",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("subscription", _Id, ForeignKey("subscriptions.id"), nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("what", String(40), nullable=False),  # created, confirmed, form, language, paused …
    Column(
        "source", String(200), nullable=False
    ),  # import FILE, command, signup, one-click, bounce
    Column("detail", Text, nullable=False, default=""),  # never an address
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("address_key", String(64), primary_key=True),
    Column("reason", String(40), nullable=False),
    Column("at", BigInteger, nullable=False),
)

requests = Table(  # what a reader asked for by the web and has not confirmed yet
    "requests",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("public_id", String(16), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),  # subscribe, address, device
    Column("subscription", _Id, ForeignKey("subscriptions.id")),
    Column("address", String(320)),
    Column("address_key", String(64), nullable=False, index=True),
    Column("name", String(200), nullable=False, default=""),
    Column("language", String(35), nullable=False, default=""),
    Column("form", String(20), nullable=False, default=""),
    Column("device", String(320), nullable=False, default=""),
    Column("wording", Text, nullable=False, default=""),
    Column(
        "origin", String(64), nullable=False, default=""
    ),  # keyed hash of the network it came from
    Column("created_at", BigInteger, nullable=False, index=True),
    Column("mailed_at", BigInteger),
    Column("confirmed_at", BigInteger),
)

mailings = Table(
    "mailings",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("issue", String(200), nullable=False),
    Column("kind", String(20), nullable=False),  # issue, erratum
    Column("sequence", Integer, nullable=False, default=0),  # 0, for errata 1, 2 …
    Column("state", String(20), nullable=False),
    Column("reason", Text, nullable=False, default=""),  # why it is paused or cancelled
    Column("in_doubt", String(10), nullable=False),  # resend, hold
    Column("forced", Text, nullable=False, default=""),  # the reason given with --force
    Column("domain", String(255), nullable=False),  # of its Message-IDs
    Column("created_at", BigInteger, nullable=False),
    Column("send_at", BigInteger, nullable=False),
    Column("head_number", BigInteger, nullable=False, default=0),  # of the newest entry
    Column("head_hash", String(64), nullable=False, default=""),
    UniqueConstraint("issue", "kind", "sequence"),
)

parts = Table(
    "parts",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

templates = Table(  # the mail of one form and language, frozen when the mailing begins
    "templates",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("mailing", _Id, ForeignKey("mailings.id"), nullable=False),
    Column("form", String(20), nullable=False),
    Column("language", String(35), nullable=False),
    Column("sha256", String(64), ForeignKey("parts.sha256"), nullable=False),
    Column("octets", BigInteger, nullable=False),
    Column("file", String(200), nullable=False, default=""),  # what it carries or links to
    Column("file_sha256", String(64), nullable=False, default=""),
    UniqueConstraint("mailing", "form", "language"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("mailing", _Id, ForeignKey("mailings.id"), nullable=False),
    Column("subscription", _Id, ForeignKey("subscriptions.id"), nullable=False, index=True),
    Column("form", String(20), nullable=False),
    Column("language", String(35), nullable=False),  # of the template, not of the reader
    Column("domain", String(255), nullable=False),  # the group that rates count
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", BigInteger, nullable=False, default=0),
    Column("worker", String(40), nullable=False, default=""),
    Column("dated", BigInteger),  # first intent; the Date of every copy
    Column("started_at", BigInteger, index=True),
    Column("finished_at", BigInteger),
    Column("reply", Text, nullable=False, default=""),
    UniqueConstraint("mailing", "subscription", "form"),
    Index(None, "mailing", "state", "next_at"),
)

entries = Table(  # append only; ``chain`` makes and verifies the hashes
    "entries",
    metadata,
    Column("mailing", _Id, ForeignKey("mailings.id"), primary_key=True),
    Column("number", _Id, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("delivery", _Id, ForeignKey("deliveries.id"), index=True),
    Column("detail", Text, nullable=False, default=""),
    Column("hash", String(64), nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("until", BigInteger, nullable=False),
)

rates = Table(  # generic cell rate: the earliest moment at which the next message conforms
    "rates",
    metadata,
    Column("key", String(280), primary_key=True),
    Column("due", BigInteger, nullable=False),
    Column("interval", BigInteger, nullable=False),  # microseconds between two messages
    Column("allowed", BigInteger, nullable=False),  # the configured interval, to recover to
)

returns = Table(  # what came back: bounces, complaints, absences, unsubscriptions
    "returns",
    metadata,
    Column("sha256", String(64), primary_key=True),  # of the message, so that none counts twice
    Column("at", BigInteger, nullable=False),
    Column("kind", String(20), nullable=False),  # of returns.effects.KINDS
    Column("subscription", _Id, ForeignKey("subscriptions.id")),
    Column("delivery", _Id, ForeignKey("deliveries.id")),
    Column("status", String(20), nullable=False, default=""),
    Column("detail", Text, nullable=False, default=""),
)
