"""Run the command line, as ``bulletin-press`` or with ``python -m bulletin_press``."""

import gc
import sys

_NEW_OBJECTS = 100_000  # between two collections; Python's own 700 fit small programs


def main() -> None:
    """Load the verbs and run one; Ctrl-C ends the program without a traceback at any moment."""
    gc.set_threshold(_NEW_OBJECTS)
    try:
        from bulletin_press import startup

        if "--no-cache" not in sys.argv:
            startup.quicken()
        from bulletin_press import cli
    except KeyboardInterrupt:
        sys.exit("\nAborted!")
    try:
        cli.main()
    finally:
        startup.keep()
        gc.freeze()  # what the end of the process frees at once need not be searched through


if __name__ == "__main__":
    main()
