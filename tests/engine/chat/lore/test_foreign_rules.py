"""Another program's settings are read where they are what they should be, else passed over."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.chat.conversation import Role
from engine.chat.lore.foreign_rules import ForeignRules, read_extensions


@pytest.mark.parametrize("extensions, expected", [
    ({}, ForeignRules()),
    ({"position": 4, "depth": 3}, ForeignRules(depth=3)),
    ({"position": 4, "depth": 3, "role": 2}, ForeignRules(depth=3, role=Role.ASSISTANT)),
    ({"position": 4, "depth": 0, "role": 0}, ForeignRules(depth=0, role=Role.SYSTEM)),
    ({"position": 1, "depth": 3, "role": 2}, ForeignRules()),
    ({"position": 4, "depth": -1, "role": 3}, ForeignRules()),
    ({"position": 4, "depth": 10**30}, ForeignRules()),
    ({"scan_depth": 0}, ForeignRules(scan_depth=0)),
    ({"scan_depth": None, "role": None}, ForeignRules()),
    ({"scan_depth": True}, ForeignRules()),
    ({"scan_depth": "2"}, ForeignRules()),
    ({"selectiveLogic": 0}, ForeignRules()),
    ({"selectiveLogic": 1}, ForeignRules(all_secondary=True, not_secondary=True)),
    ({"selectiveLogic": 2}, ForeignRules(not_secondary=True)),
    ({"selectiveLogic": 3}, ForeignRules(all_secondary=True)),
    ({"prevent_recursion": True, "exclude_recursion": True},
     ForeignRules(shut_in=True, shut_out=True)),
    ({"prevent_recursion": 1, "exclude_recursion": "yes"}, ForeignRules()),
])
def test_each_setting(extensions: dict[str, object], expected: ForeignRules) -> None:
    assert read_extensions(extensions) == expected


NAMES = st.sampled_from(["position", "depth", "role", "scan_depth", "selectiveLogic",
                         "prevent_recursion", "exclude_recursion", "other"])
VALUES = st.sampled_from([None, True, 0, 4, -1, 10**40, 1.5, float("nan"), "4", "", [4], {"a": 1}])


@settings(deadline=None)
@given(st.dictionaries(NAMES, VALUES))
def test_any_settings_are_read(extensions: dict[str, object]) -> None:
    read = read_extensions(extensions)
    assert read.scan_depth is None or read.scan_depth >= 0
    assert read.depth is None or extensions["position"] == 4
