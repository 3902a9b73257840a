"""Distribution: subscribers, the ledger of deliveries, and the post; it sees editions as bytes."""
