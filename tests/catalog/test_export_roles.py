"""Each role that a word of a download can have is called by something in both languages."""

import pytest

from xl_kpi.catalog.exports import systems
from xl_kpi.catalog.texts import LANGUAGES, is_text, text


@pytest.mark.parametrize("role", sorted({role for system in systems().values() for role in system.roles.values()}))
def test_a_role_has_a_name(role):
    assert is_text(f"role_{role}") and all(text(f"role_{role}", lang) for lang in LANGUAGES)
