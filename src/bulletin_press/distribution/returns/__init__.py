"""What comes back: bounces, complaints, absences and unsubscriptions, read and acted upon."""
