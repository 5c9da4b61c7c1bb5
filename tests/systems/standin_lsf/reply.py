"""What a command answers, and the words several commands share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reply:
    """The text for both streams, the exit code, and the job to wait for, if any."""

    out: str = ""
    err: str = ""
    code: int = 0
    wait_for: int = 0


class RefusedError(Exception):
    """Something LSF refuses, with the words it prints on standard error and its exit code."""

    def __init__(self, words: str, code: int = 255) -> None:
        """Keep the words and the exit code."""
        super().__init__(words)
        self.words = words
        self.code = code

    def reply(self) -> Reply:
        """Return the refusal as the answer of a command."""
        return Reply(err=f"{self.words}\n", code=self.code)


USAGE = {
    "bjobs": (
        "Usage: bjobs [-h] [-V] [-w |-l |-UF] [-a] [-d] [-p] [-s] [-r] [-o] [-json] [-A]\n"
        "             [-m host_name] [-q queue_name] [-u user_name | -u all]\n"
        "             [-P project_name] [-N host_spec]\n"
        '             [-J name_spec] [jobId | "jobId[idxList]" ...]'
    ),
    "lshosts": (
        "Usage: lshosts [-h] [-V] [-w | -l] [-R res_req] [host_name ...]\n"
        "or\n"
        " lshosts [-h] [-V] -s [static_resouce_name ...]"
    ),
    "bhosts": (
        "Usage:\n"
        "bhosts [-h] [-V] [-R res_req] [-w | -l] [host_name ... | cluster_name]\n"
        "or\n"
        "bhosts [-h] [-V] -s [ resource_name ] "
    ),
    "bqueues": (
        "Usage: bqueues [-h] [-V] [-w | -l | -r] [-m host_name | -m cluster_name]\n [-u user_name] [queue_name ...]"
    ),
    "bparams": "Usage: bparams [-h] [-V] [-l]",
    "bkill": (
        "Usage: bkill [-h] [-V] [-J job_name] [-m host_name] [-q queue_name]\n"
        "             [-r | -s signal_name | -s signal_number]\n"
        '             [-u user_name | -u all] [jobId | "jobId[idxList]" ...]'
    ),
    "bpeek": 'Usage: bpeek [-h] [-V] [-f] [-m host_name | -q queue_name | -J job_name | jobId | "jobId[index]"]',
    "bmgroup": "Usage: bmgroup [-h] [-V] [-r] [-w] [group_name ...]",
    "busers": "Usage: busers [-h] [-V] [user_name ... | group_name ... | all]",
    "lsid": "Usage: lsid [-h] [-V]",
    "bsub": (
        "Usage: bsub [-h] [-V] [-x] [-H] [-r] [-N] [-B] [-I | -K | -Ip | -Is]\n"
        "\t\t[-L login_shell] [-c cpu_limit[/host_spec]] [-F file_limit]\n"
        "\t\t[-W run_limit[/host_spec]] [-k chkpnt_dir [chkpnt_period] [method=chkpnt_dir]]\n"
        "\t\t[-P project_name] \n"
        "\t\t[-q queue_name ...]  [-R res_req]\n"
        '\t\t[-m "host_name[+[pref_level]] | host_group[+[pref_level]]...]"\n'
        "\t\t[-n min_processors[,max_processors]] [-J job_name] [-Jd job_desc]\n"
        "\t\t[-b begin_time] [-t term_time] [-u mail_user]\n"
        "\t\t[-i in_file | -is in_file] [-o out_file] [-e err_file]\n"
        "\t\t[-M mem_limit]  [-D data_limit]  [-S stack_limit]\n"
        '\t\t[[-f "lfile op [rfile]"] ...] [-w depend_cond]\n'
        '\t\t[-E "pre_exec_command [argument ...]"] [-Zs]\n'
        '\t\t[-Ep "post_exec_command [argument ...]"\n'
        "\t\t[-sp job_priority]\n"
        "\t\t[-pack job_submission_file]\n"
        "\t\t[-a additional_esub_information]\n"
        "\t\tcommand [argument ...]"
    ),
}


def option_groups(
    command: str, letters: str, words: tuple[str, ...], arguments: list[str]
) -> tuple[dict[str, str], list[str]]:
    """Split options and operands as getopt does: a letter before a colon takes a value, words count as a whole."""
    options: dict[str, str] = {}
    rest = list(arguments)
    operands: list[str] = []
    while rest:
        item = rest.pop(0)
        if not item.startswith("-") or item == "-":
            operands.append(item)
            continue
        body = item[1:]
        if body in words:
            options[body] = ""
            continue
        while body:
            letter, body = body[0], body[1:]
            if letter not in letters.replace(":", ""):
                raise RefusedError(f"{command}: invalid option -- '{letter}'\n{USAGE[command]}")
            if f"{letter}:" not in letters:
                options[letter] = ""
                continue
            if not body and not rest:
                raise RefusedError(f"{command}: option requires an argument -- '{letter}'\n{USAGE[command]}")
            options[letter] = body or rest.pop(0)
            body = ""
    return options, operands
