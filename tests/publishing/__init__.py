"""Sites to publish, what readers find of them, and ends at any instant."""
