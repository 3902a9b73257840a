"""Mail: from a letter to the words on the wire, and what the relay says to them."""
