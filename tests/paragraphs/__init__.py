"""Made-up justified paragraphs in many languages, broken as a whole and one line after another."""
