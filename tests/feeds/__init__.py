"""What judges feeds and catalogues: Atom's grammar, an e-reader's lexer, made-up issues."""
