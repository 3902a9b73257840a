"""Outside judges of letters, web pages, PDFs and EPUBs, as the tests ask them.

- ``tests.judging.nu.nu``: what the Nu HTML checker says of files or texts
- ``tests.judging.browser``: Chromium, and a letter or page as it shows them; the fixture
  ``browser`` of ``conftest.py`` gives it
- ``tests.judging.axe.axe``: what axe-core finds wrong with an open page
- ``tests.judging.pdf.judged``: what veraPDF and page-validation say of PDFs
- ``tests.judging.epub.judged``: what EPUBCheck, Ace and axe say of EPUBs; ``python -m
  tests.judging`` asks them all about many made-up issues
- ``tests.judging.mail.mail_features``: what mail programs cannot show of a letter

Those that come from npm are in ``.venv/judges``, where ``scripts/environment test`` puts them.
``MODULES`` is the folder of their packages.
"""

from __future__ import annotations

import sys
from pathlib import Path

MODULES = Path(sys.prefix) / "judges" / "node_modules"
