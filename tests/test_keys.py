"""Tokens and marks: what was made with the keys is read back, and no other text is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bulletin_press.distribution.keys import PUBLIC_ID_LENGTH, TOKEN_LENGTH, Keys, Purpose

SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
IDS = st.text(SIGNS, min_size=PUBLIC_ID_LENGTH, max_size=PUBLIC_ID_LENGTH)
SECRETS = st.binary(min_size=32, max_size=32)
KEYS = st.builds(Keys, SECRETS, st.lists(SECRETS, min_size=1, max_size=3).map(tuple))
PURPOSES: tuple[Purpose, ...] = ("reader", "confirm")


@given(KEYS, SECRETS, st.sampled_from(PURPOSES), IDS)
def test_a_token_names_its_reader_for_its_purpose_and_by_its_keys_alone(
    keys: Keys, newer: bytes, purpose: Purpose, public_id: str
) -> None:
    token = keys.token(purpose, public_id)
    assert len(token) == TOKEN_LENGTH
    assert set(token) <= {*SIGNS, "."}
    assert keys.read_token(purpose, token) == public_id
    assert Keys(keys.addresses, (newer, *keys.tokens)).read_token(purpose, token) == public_id
    (other,) = set(PURPOSES) - {purpose}
    assert keys.read_token(other, token) is None
    if newer not in keys.tokens:
        assert Keys(keys.addresses, (newer,)).read_token(purpose, token) is None


@given(KEYS, IDS, st.integers(0, TOKEN_LENGTH - 1), st.characters())
def test_a_token_with_any_other_sign_is_none(
    keys: Keys, public_id: str, at: int, sign: str
) -> None:
    token = keys.token("reader", public_id)
    changed = token[:at] + sign + token[at + 1 :]
    assert (keys.read_token("reader", changed) is None) == (changed != token)


@given(KEYS, st.integers(1, 10**18 - 1), st.integers(1, 10**18 - 1), st.characters())
def test_a_return_mark_names_its_delivery_in_any_capitals_and_no_other(
    keys: Keys, delivery: int, other: int, sign: str
) -> None:
    mark = keys.return_mark(delivery)
    assert keys.read_return_mark(mark) == keys.read_return_mark(mark.upper()) == delivery
    stolen = f"{other}-{mark.partition('-')[2]}"
    assert keys.read_return_mark(stolen) == (delivery if other == delivery else None)
    for wrong in (mark[:-1], mark + sign, sign + mark):
        assert keys.read_return_mark(wrong) is None


@given(KEYS, st.text())
def test_any_text_is_read_as_nothing(keys: Keys, text: str) -> None:
    assert keys.read_return_mark(text) is None
    for purpose in PURPOSES:
        assert keys.read_token(purpose, text) is None
