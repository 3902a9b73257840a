"""What a careful reader sees wrong in a source: its lines, its signs, its tree, its parse."""
