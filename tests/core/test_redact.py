"""Tokens, passwords, keys and names leave a text; what merely looks like them in a path or a sentence stays."""

from __future__ import annotations

import pytest

from pegconf.core import redact

BLOCK = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\nAAAA\n-----END OPENSSH PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("export API_TOKEN=d41d8cd98f00b204", "export API_TOKEN=[taken out]"),
        ("export AWS_SECRET_ACCESS_KEY='wJalr/XUtn FEMI'", "export AWS_SECRET_ACCESS_KEY=[taken out]"),
        ("aws AKIAIOSFODNN7EXAMPLE ok", "aws [taken out] ok"),
        ("password=hunter22", "password=[taken out]"),
        ("db_password: hunter22", "db_password: [taken out]"),
        ('{"password": "hunt er"}', '{"password": [taken out]}'),
        ("tool --password hunter22 --fast", "tool --password [taken out] --fast"),
        ("curl -H 'Authorization: Bearer abc.def-ghi'", "curl -H 'Authorization: [taken out] [taken out]'"),
        ("git clone https://me:pa55@host/x", "git clone https://[taken out]@host/x"),
        ("git clone https://tokenonly@host/x", "git clone https://[taken out]@host/x"),
        ("use ghp_abcdefghijklmnop0123 now", "use [taken out] now"),
        (f"a\n{BLOCK}\nb", "a\n[taken out]\nb"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE cut off", "[taken out]"),
        ("export TOKEN_FILE=~/.config/token", "export TOKEN_FILE=~/.config/token"),
        ("export API_KEY=$KEY", "export API_KEY=$KEY"),
        ("the password is wrong", "the password is wrong"),
    ],
)
def test_secrets(text: str, left: str) -> None:
    assert redact.secrets(text) == left


def test_names_are_replaced_as_whole_words_and_the_longest_first() -> None:
    known = {"dwg11": "USER", "/home/dwg11": "HOME", "insarlab": "PROJECT"}
    text = "/home/dwg11/x /scratch/dwg11/y peg_dwg11 dwg112 -P insarlab d.w.g@rsmas.miami.edu"
    assert redact.names(text, known) == "HOME/x /scratch/USER/y peg_USER dwg112 -P PROJECT EMAIL"


def test_what_goes_to_others_has_neither_secrets_nor_names() -> None:
    text = "me: export API_TOKEN=d41d8cd98f00b204 in /home/me"
    assert redact.for_others(text, {"me": "USER", "/home/me": "HOME"}) == "USER: export API_TOKEN=[taken out] in HOME"
