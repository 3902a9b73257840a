"""Run the command line with ``python -m bulletin_press``."""

from bulletin_press.cli import main

if __name__ == "__main__":
    main()
