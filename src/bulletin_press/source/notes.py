"""Notes are counted in the order of their calls, wherever their texts stand."""

from __future__ import annotations

from itertools import count

from docutils import nodes


def count_in_order(document: nodes.document) -> None:
    """Give the notes of one file that the press counts their numbers anew, by their first calls.

    docutils counts named notes by the order of their texts. Numbers that are typed stay, and are
    left out; notes without a call come last.
    """
    notes = [note for note in document.findall(nodes.footnote) if note.get("auto") == 1]
    if len(notes) < 2:
        return
    typed = {note[0].astext() for note in document.findall(nodes.footnote) if "auto" not in note}
    by_id = {name: note for note in notes for name in note["ids"]}
    calls = list(document.findall(nodes.footnote_reference))
    called = [by_id[call["refid"]] for call in calls if call.get("refid") in by_id]
    numbers = (str(number) for number in count(1))
    numerals: dict[str, str] = {}
    for note in dict.fromkeys([*called, *notes]):
        number = next(one for one in numbers if one not in typed)
        numerals.update(dict.fromkeys(note["ids"], number))
        if note.children and isinstance(note[0], nodes.label):
            note[0].children = []
            note[0] += nodes.Text(number)
    for call in calls:
        if call.get("refid") in numerals:
            call.children = []
            call += nodes.Text(numerals[call["refid"]])
