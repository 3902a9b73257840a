"""Run the command line, as ``bulletin-press`` or with ``python -m bulletin_press``."""

import sys


def main() -> None:
    """Load the verbs and run one; Ctrl-C ends the program without a traceback at any moment."""
    try:
        from bulletin_press import cli
    except KeyboardInterrupt:
        sys.exit("\nAborted!")
    cli.main()


if __name__ == "__main__":
    main()
