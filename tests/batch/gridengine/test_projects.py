"""Projects, from output recorded on Grid Engine 8.1.9."""

from __future__ import annotations

import pytest

from pegconf.batch.facts import Heard
from pegconf.batch.gridengine import projects as sge_projects
from pegconf.core.command_output import Answer

ENFORCED = "enforce_project              true\nenforce_user                 auto\n"
PROJECT = "name {name}\noticket 0\nfshare 0\nacl {acl}\nxacl {xacl}\n"
STAFF = "name    staff\ntype    ACL\nfshare  0\noticket 0\nentries root,alice\n"
GUESTS = "\nname    guests\ntype    ACL\nfshare  0\noticket 0\nentries bob,@visitors\n"


def heard(enforced: str = ENFORCED, user: str = "") -> Heard:
    """A cluster with a project for all, one for the staff, one for guests, one for all but the staff."""
    texts = {
        "qconf -sconf": enforced,
        "qconf -sprjl": "apart\ninsarlab\nopen\nvisits\n",
        "qconf -sul": "guests\nstaff\n",
        "qconf -su guests,staff": STAFF + GUESTS,
        "qconf -sprj apart": PROJECT.format(name="apart", acl="staff", xacl="NONE"),
        "qconf -sprj insarlab": PROJECT.format(name="insarlab", acl="NONE", xacl="NONE"),
        "qconf -sprj open": PROJECT.format(name="open", acl="NONE", xacl="staff"),
        "qconf -sprj visits": PROJECT.format(name="visits", acl="guests", xacl="NONE"),
        "qconf -suser alice": user,
    }
    return Heard({command: Answer(command, 0 if text else 1, text) for command, text in texts.items()})


@pytest.mark.parametrize(
    ("configuration", "required"),
    [(ENFORCED, True), ("enforce_project              false\n", False), ("", False)],
)
def test_whether_one_is_required(configuration: str, required: bool) -> None:
    assert sge_projects.required(heard(configuration)) is required


def test_what_is_asked_only_where_one_is_required() -> None:
    assert sge_projects.about(heard("enforce_project false\n")) == ()
    assert sge_projects.about(heard()) == (
        "qconf -sprj apart",
        "qconf -sprj insarlab",
        "qconf -sprj open",
        "qconf -sprj visits",
        "qconf -su guests,staff",
    )


@pytest.mark.parametrize(
    ("user", "projects"),
    [("alice", ("apart", "insarlab")), ("bob", ("insarlab", "visits")), ("carol", ("insarlab",))],
)
def test_only_what_the_user_may_surely_name(user: str, projects: tuple[str, ...]) -> None:
    assert sge_projects.allowed(heard(), user) == projects


def test_the_user_s_default_project_comes_first() -> None:
    own = "name alice\noticket 0\nfshare 0\ndelete_time 0\ndefault_project insarlab\n"
    assert sge_projects.allowed(heard(user=own), "alice") == ("insarlab", "apart")
