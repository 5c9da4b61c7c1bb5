"""Values of a YAML text as plain objects: what PyYAML makes of the same text."""

from __future__ import annotations

import pytest
import yaml

from pegconf.config.yaml_tree import Value, build, is_merge, members, plain


def root(text: str) -> Value:
    value = build(text).root
    assert value is not None
    return value


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\nb: [x, 2.5, null, true]\nc: {d: '12:00', e: 12:00:00}\n",
        "base: &base {cores: 2, memory: 4GB}\nlsf: {<<: *base, cores: 4}\n",
        "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], z: 3}\n",
        "a: &a {cores: 1, queue: x}\nb: &b {queue: y, name: z}\nc: {<<: [*a, *b]}\n",
        "a: &a {cores: 1}\nb: &b {<<: *a, name: z}\nc: &c {cores: 3}\nd: {<<: [*a, *c, *b]}\n",
        "a: &a {cores: 1}\nb: &b {cores: 2}\nc: {<<: *a, <<: *b, name: z}\n",
        "a: {x: 1, x: 2}\n",
        "account: 012345\nday: 2024-01-01\nswitch: off\n",
        "'<<': 1\n",
    ],
)
def test_the_same_as_pyyaml(text: str) -> None:
    assert plain(root(text)) == yaml.safe_load(text)


def test_nothing_is_nothing() -> None:
    assert plain(None) is None


def test_members_of_what_is_no_mapping() -> None:
    assert members(root("[1, 2]")) == {}


def test_members_keep_the_places() -> None:
    key, value = members(root("a: 1\nb:  12:00\n"))["b"]
    assert (key.line, key.column, value.line, value.column, value.raw, value.content) == (1, 0, 1, 4, "12:00", 720)


def test_a_quoted_merge_key_is_an_ordinary_key() -> None:
    assert [is_merge(key) for key, _ in root("<<: {a: 1}\n'<<': 2\n").content] == [True, False]
