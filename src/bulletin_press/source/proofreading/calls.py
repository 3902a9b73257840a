"""Calls of notes that are not written, found before the notes are numbered."""

from __future__ import annotations

import re

from docutils import nodes
from docutils.transforms import Transform

from bulletin_press.source.proofreading import places
from bulletin_press.source.session import session_of


class UnwrittenNotes(Transform):
    """Report each call ``[#name]_`` without its note (S111) and take it out of the numbering.

    docutils would lead it to a note without a name, which another call then lacks.
    """

    default_priority = 619

    def apply(self) -> None:
        """Replace the calls by what marks them for a draft."""
        document = self.document
        written = {
            name
            for note in document.findall(nodes.footnote)
            for name in (*note["names"], *note["dupnames"])
        }
        session, kept = session_of(document), []
        for call in document.autofootnote_refs:
            found = re.fullmatch(r"\[#(.+)\]_", str(call.rawsource))
            name = nodes.fully_normalize_name(found[1]) if found else ""
            if not found or name in written or call.parent is None:
                kept.append(call)
                continue
            place, column = places.place_of(call, session)
            message = f"the note “{found[1]}” is called but not written"
            hint = f"write the note, as .. [#{found[1]}] and its words, or correct the call"
            session.report("S111", message, place, hint, column)
            call.resolved = True
            call.parent.replace(call, nodes.problematic(call.rawsource, call.rawsource))
        document.autofootnote_refs[:] = kept
        session.offsets.clear()
