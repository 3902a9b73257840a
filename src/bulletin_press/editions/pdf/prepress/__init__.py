"""What a printing house needs of a PDF: bleed, marks, inks, and a sheet that says what it holds."""
