"""The rules that hold for every batch system: the cases that a rule's own example cannot show."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from pegconf.site import node_answer, this_host
from pegconf.validate.rules.keys import options
from tests.validate.rules.test_every_rule import codes, look, lsf


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("project: CHANGEME", ["PEG105"]),
        ("queue: your-queue", ["PEG105"]),
        ("python: /path/to/env/bin/python", ["PEG105"]),
        ("job-extra-directives: ['-G <group>']", ["PEG105"]),
        ("job-script-prologue: [module load <your module>]", ["PEG105"]),
        ("job-script-prologue: [sort <in >out]", []),
        ("project: changes", []),
        ("name: XXXX", []),
        ("local-directory: $(mktemp -d /tmp/dask.XXXX)", []),
        ("worker-extra-args: [--dashboard-address=127.0.0.1:0, --resources, 'XXX=1']", []),
    ],
)
def test_a_placeholder(keys: str, expected: list[str]) -> None:
    assert codes(lsf(keys)) == expected


@pytest.mark.parametrize(
    ("fractions", "expected"),
    [
        ("target: 0.0, spill: false, pause: false, terminate: false", []),
        ("spill: 0", ["warning"]),
        ("pause: 0", ["error"]),
        ("terminate: 0.0", ["error"]),
        ("terminate: true", []),
        ("pause: 80", ["warning"]),
        ("pause: 80%", ["error"]),
        ("pause: null", ["error"]),
        ("target: null", []),
        ("target: 60%", ["error"]),
        ("max-spill: null", ["error"]),
    ],
)
def test_a_share_of_memory(fractions: str, expected: list[str]) -> None:
    found = look(f"distributed: {{worker: {{memory: {{{fractions}}}}}}}\n" + lsf("")).findings
    assert [(one.code, str(one.severity)) for one in found] == [("PEG106", severity) for severity in expected]


def test_settings_of_distributed_at_the_top_of_the_file() -> None:
    (found,) = look("scheduler: {work-stealing: true}\n" + lsf("")).findings
    assert (found.code, found.message) == (
        "PEG011",
        "scheduler stands at the top of the file, and belongs under distributed:",
    )


def test_a_dashboard_in_a_section() -> None:
    assert codes(lsf("dashboard: {link: x}")) == ["PEG011"]
    assert codes(lsf("dashboard: true")) == ["PEG101"]


def test_a_section_that_is_called_dask() -> None:
    assert "PEG011" not in codes("jobqueue: {dask: {cores: 2, queue: general}}")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("export HF_TOKEN=hf_abcdefghij", ["PEG274"]),
        ("export AWS_SECRET_ACCESS_KEY='wJalrXUtnFEMI'", ["PEG274"]),
        ("curl --password hunter2hunter2 x", ["PEG274"]),
        ("git clone https://me:s3cr3tword@host.org/x", ["PEG274"]),
        ("gh auth login --with ghp_0123456789abcdefghij01", ["PEG274"]),
        ("export HF_TOKEN=$(cat ~/.hf)", []),
        ("export TOKEN_FILE=/home/me/token", []),
        ("export API_TOKEN=$API_TOKEN", []),
        ("export TOKENIZERS_PARALLELISM=false", []),
        ("git clone git@host.org:me/x", []),
        ("conda activate insar # my password is elsewhere", ["PEG266", "PEG277"]),
    ],
)
def test_a_secret(line: str, expected: list[str]) -> None:
    assert codes(lsf(f"job-script-prologue: ['{line.replace(chr(39), chr(39) * 2)}']")) == expected


@pytest.mark.parametrize(
    ("system", "lines", "expected"),
    [
        ("lsf", "['echo a', '#BSUB -q short']", ["warning"]),
        ("lsf", "['##BSUB -q short', '# BSUB -q short', 'echo #BSUB']", []),
        ("sge", "['#$ -q short']", ["warning"]),
        ("oar", "['#OAR -q short']", ["warning"]),
        ("slurm", "['#SBATCH -q short']", ["warning"]),
        ("slurm", "['# a comment', '', '#SBATCH -q short']", ["warning"]),
        ("slurm", "['module load x', '#SBATCH -q short']", ["error"]),
        ("pbs", "['module load x', '#PBS -q short']", ["error"]),
        ("pbs", "['#SBATCH -q short']", []),
    ],
)
def test_a_directive_among_the_lines_of_shell(system: str, lines: str, expected: list[str]) -> None:
    found = look(f"jobqueue: {{{system}: {{cores: 1, memory: 4GB, job-script-prologue: {lines}}}}}").findings
    assert [str(one.severity) for one in found if one.code == "PEG275"] == expected


@pytest.mark.parametrize(
    ("python", "line", "expected"),
    [
        ("/opt/conda/envs/insar/bin/python", "source /opt/conda/bin/activate insar", []),
        ("/opt/conda/bin/python", "source /opt/conda/bin/activate base", []),
        ("/opt/conda/bin/python", "source /opt/conda/bin/activate insar", ["warning"]),
        ("/home/me/venv/bin/python", "source /home/me/venv/bin/activate", []),
        ("/home/me/venv/bin/python", ". /home/me/other/bin/activate", ["warning"]),
        ("python", "source /home/me/venv/bin/activate", []),
        ("null", "source /home/me/venv/bin/activate", ["info"]),
    ],
)
def test_an_environment_the_worker_does_not_use(python: str, line: str, expected: list[str]) -> None:
    found = look(lsf(f"python: {python}\n    job-script-prologue: ['{line}']")).findings
    assert [str(one.severity) for one in found if one.code == "PEG277"] == expected


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("job-script-prologue: [export OMP_NUM_THREADS=1]", []),
        ("job-script-prologue: [export OMP_NUM_THREADS=4]", ["PEG276"]),
        ("job-script-prologue: [export OMP_NUM_THREADS=4]\n    ncpus: 8", []),
    ],
)
def test_threads_over_cores(keys: str, expected: list[str]) -> None:
    assert [code for code in codes(lsf(keys)) if code == "PEG276"] == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("dashboard_address: ':8787'", "the scheduler's dashboard listens on all addresses"),
        ("dashboard_address: 8787", "the scheduler's dashboard listens on all addresses"),
        ("dashboard_address: '0.0.0.0:8787'", "the scheduler's dashboard listens on all addresses"),
        ("dashboard_address: 'localhost:0'", None),
        ("dashboard_address: '[::1]:0'", None),
    ],
)
def test_a_dashboard_open_to_others(options: str, expected: str | None) -> None:
    found = look(lsf(f"scheduler-options: {{{options}}}")).findings
    assert next((one.message for one in found if one.code == "PEG278"), None) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("port: 80, dashboard_address: '127.0.0.1:443'", ["PEG313", "PEG313"]),
        ("port: 70000, dashboard_address: '127.0.0.1:0'", ["PEG313"]),
        ("port: 0, dashboard_address: '127.0.0.1:0'", []),
        ("port: 45991, dashboard_address: '127.0.0.1:0'", ["PEG314"]),
    ],
)
def test_ports(options: str, expected: list[str]) -> None:
    assert codes(lsf(f"scheduler-options: {{{options}}}")) == expected


def test_a_port_that_is_taken() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        (found,) = look(lsf(f"scheduler-options: {{dashboard_address: '127.0.0.1:{port}'}}")).findings
    assert (found.code, found.message) == ("PEG312", f"port {port} is taken on this machine now")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("use-stdin: yes", ["true to dask, and text to editors info"]),
        ("cores: 010", ["the number 8 to dask, and the number 10 to editors warning"]),
        ("cores: 1_0", ["the number 10 to dask, and text to editors info"]),
        ("project: 0o14", ["text to dask, and the number 12 to editors info"]),
        ("project: 1e3", ["text to dask, and the number 1000.0 to editors info"]),
        ("project: 012345", []),
        ("project: '0o14'", []),
        ("walltime: 12:00", []),
        ("project: 012", []),
        ("project: y", []),
        ("queue: no", []),
        ("lsf-units: ~", []),
    ],
)
def test_two_readings(keys: str, expected: list[str]) -> None:
    found = [one for one in look(lsf(keys)).findings if one.code == "PEG010"]
    assert [f"{one.message.split(' is ', 1)[1]} {one.severity}" for one in found] == expected


def test_two_readings_beside_the_sections() -> None:
    (found,) = look("distributed: {worker: {use-file-locking: off}}\n" + lsf("")).findings
    assert (found.message, found.fix) == ("off is false to dask, and text to editors", "false")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("worker-extra-args: [--dashboard-address=127.0.0.1:0, --life-time 5m]", ["PEG107"]),
        ("worker-extra-args: ['--dashboard-address=127.0.0.1:0 --lifetime=5m --no-nanny']", []),
        ("worker-extra-args: [--dashboard-address=127.0.0.1:0, --preload, mine.py, --own-option]", []),
        ("worker-extra-args: [--dashboard-address=127.0.0.1:0, '| tee --append log']", []),
        (
            "worker-extra-args: [--dashboard-address=::1, --rmm-pool-size, 1GB]\n    worker-command: dask_cuda.cli",
            [],
        ),
        ("worker-extra-args: [--dashboard-address=127.0.0.1:0, --worker_port, '9000']", ["PEG107"]),
        ("scheduler-options: {dashboard_address: '127.0.0.1:0', dashbord: true}", ["PEG108"]),
        ("scheduler-options: {dashboard_address: '127.0.0.1:0', idle_timeout: 1 hour}", []),
        ("processes: 2\n    worker-extra-args: [--dashboard-address=127.0.0.1:0, --worker-port, '9000:9001']", []),
        ("processes: 2\n    worker-extra-args: [--dashboard-address=127.0.0.1:0, --nanny-port=9000]", ["PEG109"]),
        ("processes: 2\n    worker-extra-args: [--dashboard-address=127.0.0.1:0, --worker-port=0]", []),
    ],
)
def test_options(keys: str, expected: list[str]) -> None:
    assert codes(lsf(keys)) == expected


def test_the_options_are_those_of_the_installed_distributed() -> None:
    program = (
        "import inspect\n"
        "from distributed import Scheduler\nfrom distributed.core import Server\n"
        "from distributed.cli import dask_worker\n"
        "taken = [*inspect.signature(Scheduler).parameters, *inspect.signature(Server).parameters]\n"
        "print(*sorted({*taken} - {'kwargs', 'handlers', 'stream_handlers', 'blocked_handlers'}))\n"
        "known = [name for one in dask_worker.main.params for name in (*one.opts, *one.secondary_opts)]\n"
        "print(*sorted(name for name in known if name.startswith('--')))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    scheduler, worker = done.stdout.splitlines()
    assert scheduler.split() == sorted(options.SCHEDULER_OPTIONS)
    assert {*worker.split(), "--help", "--version"} == options.worker_options()


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("local-directory: $SCRATCH/dask", ["PEG279"]),
        ("local-directory: $TMPDIR", ["PEG279"]),
        ("local-directory: '${TMPDIR:-/tmp}'", []),
        ("local-directory: /scratch/$USER/$LSB_JOBID", []),
        ("local-directory: $SCRATCH\n    job-script-prologue: [export SCRATCH=/scratch]", []),
    ],
)
def test_a_folder_whose_variable_may_be_empty(keys: str, expected: list[str]) -> None:
    assert codes(lsf(keys)) == expected


ONE_SERVER = ["nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "auristorfs", "9p", "virtiofs", "fuse.sshfs", "fuse.s3fs"]
PARALLEL = [
    *("lustre", "gpfs", "beegfs", "beegfs_nodev", "fhgfs", "ceph", "fuse.ceph-fuse", "panfs", "fuse.glusterfs"),
    *("glusterfs", "pvfs2", "orangefs", "wekafs", "fuse.wekafs", "vast", "dvs", "gfs2", "ocfs2", "fuse.dfuse"),
]
NO_DISK = ["tmpfs", "ramfs", "devtmpfs", "fuse", "fuseblk", "fuse.mergerfs"]
LOCAL = ["", "ext4", "xfs", "btrfs", "zfs", "overlay", "f2fs", "jfs"]


@pytest.mark.parametrize("kind", [*ONE_SERVER, *PARALLEL, *NO_DISK, *LOCAL])
def test_file_systems_are_the_same_to_validate_and_to_the_probe(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(this_host, "file_system", lambda _: kind)
    found = [(one.severity.value, one.effect) for one in look(lsf("local-directory: /scratch")).findings]
    slow, shared = ("warning", "slow to start, and its locks may fail"), ("info", "all jobs write to one server")
    assert found == ([slow] if kind in ONE_SERVER else [shared] if kind in PARALLEL else [])
    assert node_answer.is_own_disk(kind) == (kind in LOCAL)


def test_the_file_system_of_a_folder_is_found() -> None:
    assert this_host.file_system("/proc/self") == "proc"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("death-timeout: 60", []),
        ("death-timeout: 30", []),
        ("death-timeout: 45", ["PEG272"]),
        ("death-timeout: 120\n    env-extra: null\n    job-script-prologue: [echo]", ["PEG272"]),
        ("death-timeout: 120\n    job-script-prologue: [export DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT=120s]", []),
    ],
)
def test_a_long_death_timeout(keys: str, expected: list[str]) -> None:
    assert codes(lsf(keys)) == expected


def test_a_long_death_timeout_with_a_long_connect_timeout() -> None:
    assert codes("distributed: {comm: {timeouts: {connect: 120s}}}\n" + lsf("death-timeout: 120")) == []


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("{queue: a}", ["warning"]),
        ("{cores: 4}", ["error"]),
    ],
)
def test_a_section_in_two_spellings(second: str, expected: list[str]) -> None:
    found = look(f"jobqueue:\n  my-x: {{cores: 2}}\n  my_x: {second}\n").findings
    assert [str(one.severity) for one in found if one.code == "PEG009"] == expected
