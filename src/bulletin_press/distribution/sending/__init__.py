"""Sending: who gets what, the ledger that proves it, and the sender that works by it."""
