"""The words that the tables hold: forms, states, kinds of entries; for all who name them."""

from __future__ import annotations

FORMS = ("letter", "pdf", "epub", "large-print", "link", "kindle")
SUBSCRIPTION_STATES = (
    "unconfirmed", "active", "paused", "unsubscribed", "bounced", "complained", "erased",
)  # fmt: skip
MAILING_STATES = ("sending", "paused", "cancelled", "done")
DELIVERY_STATES = (
    "queued", "claimed", "sending", "deferred", "doubtful",
    "sent", "failed", "suppressed", "cancelled",
)  # fmt: skip
ENTRY_KINDS = (
    "frozen", "intent", "sent", "deferred", "failed", "doubtful", "settled", "suppressed",
    "cancelled", "bounced", "complained", "unsubscribed", "note",
)  # fmt: skip
LISTED_STATES = tuple(state for state in SUBSCRIPTION_STATES if state != "erased")
OPEN_STATES = ("queued", "claimed", "sending", "deferred")  # of deliveries that have not ended
