from __future__ import annotations

import shlex
import shutil
import subprocess

import pytest

from pegconf.core.errors import RefusedError, UsageError
from pegconf.init import answers
from pegconf.tunnel import ssh_names
from pegconf.tunnel.line import Line, local_port

LOGIN = "dwg11@pegasus.ccs.miami.edu"
OPTIONS = "-o ExitOnForwardFailure=yes -o ServerAliveInterval=30"


def test_straight_to_the_login_node() -> None:
    line = Line("dwg11@login4", 8787, 8787, expect="Scheduler-1")
    assert line.command == f"ssh -N {OPTIONS} -L 127.0.0.1:8787:127.0.0.1:8787 dwg11@login4"
    assert line.url == "http://127.0.0.1:8787/status"
    assert line.run_command == "pegconf tunnel --run --port 8787 --login dwg11@login4 --expect Scheduler-1"


def test_on_into_the_node() -> None:
    line = Line("dwg11@n069", 40123, 9000, jump=LOGIN)
    assert line.command == f"ssh -N {OPTIONS} -L 127.0.0.1:9000:127.0.0.1:40123 -J {LOGIN} dwg11@n069"
    assert line.run_command == (
        f"pegconf tunnel --run --port 40123 --login {LOGIN} --node n069 --jump {LOGIN} --local-port 9000"
    )


def test_a_block_for_the_configuration_of_ssh() -> None:
    assert Line("dwg11@n069", 8787, 8787, jump=LOGIN).ssh_config().splitlines() == [
        "Host dask-n069",
        "    HostName n069",
        "    User dwg11",
        f"    ProxyJump {LOGIN}",
        "    LocalForward 127.0.0.1:8787 127.0.0.1:8787",
        "    ExitOnForwardFailure yes",
        "    ServerAliveInterval 30",
    ]


def test_an_address_of_version_6_is_bracketed() -> None:
    assert "127.0.0.1:8787:[fd00::4]:8787" in Line(LOGIN, 8787, 8787, "fd00::4").words


@pytest.mark.parametrize(
    "login",
    [
        *("-oProxyCommand=x@host", "me@-oProxyCommand=x", "me @host", "me@ho\tst", "me@host\n", "@host", "me@", "host"),
        *("me@host;rm", "me@$(rm)", "me@%h", "`id`@host", "me@a|b", "me\\@host", "me@host/x", "me@a,b"),
    ],
)
def test_a_login_that_ssh_or_a_shell_would_misread_is_refused(login: str) -> None:
    with pytest.raises(UsageError):
        Line(login, 8787, 8787)
    with pytest.raises(UsageError):
        Line(LOGIN, 8787, 8787, jump=login)
    with pytest.raises(RefusedError):
        # Blanks around an answer are nobody's wish.
        answers.login(login if login == login.strip() else f"{login}x")


@pytest.mark.parametrize(
    "login",
    [
        *("dwg11@login4", "me@my_host", "_me@host", "me@_host", "me.you+x@host.edu", "me@realm@host", "AD\\me@host"),
        *("me@10.0.0.4", "me@fd00::4", "me@HPC", "me=x@host", "me@höst.de"),
    ],
)
def test_a_login_that_ssh_takes_is_taken_by_init_and_tunnel(login: str) -> None:
    assert (answers.login(login), Line(login, 8787, 8787).login) == (login, login)
    if shutil.which("ssh"):
        # -G prints what ssh would do, and connects to nothing.
        ran = subprocess.run(["ssh", "-F", "none", "-G", login], capture_output=True, text=True, check=False)
        said = dict(line.partition(" ")[::2] for line in ran.stdout.splitlines())
        user, host = ssh_names.split(login)
        assert (ran.returncode, said.get("user"), said.get("hostname")) == (0, user, host.lower()), ran


@pytest.mark.parametrize("node", ["-oX=y", "n 1", "", "n1;rm", "n%1", "n1\n"])
def test_a_node_that_ssh_would_misread_is_refused(node: str) -> None:
    with pytest.raises(UsageError):
        Line(LOGIN, 8787, 8787, node)


def test_a_shell_takes_the_line_as_one_command() -> None:
    found = Line("DOMAIN\\me@host", 8787, 8787)
    assert shlex.split(found.command) == list(found.words)
    assert "'DOMAIN\\me@host'" in found.command


def test_a_port_that_only_root_may_have_is_another_one_here() -> None:
    assert (local_port(80), local_port(40123)) == (8787, 40123)
