{head}

# Runs your program, and so Dask's scheduler, on a compute node. Submit with: {submit}
{prologue}
# The workers' jobs get this name, so that they can be cancelled without touching any other job of yours.
workers="{section}-${job_id}"
{settings}
{note}

cancel_workers() {{
  {cancel} > /dev/null 2>&1
  test -z "$note" || rm -f "$note"
}}

# The batch system signals this shell before it ends the job. A program that is killed cancels nothing by itself.
stop() {{
  trap '' USR2 TERM INT
  echo "pegconf: the driver is being ended; cancelling the workers' jobs named $workers" >&2
  kill -TERM "$program" 2> /dev/null
  cancel_workers
}}

echo "pegconf: the dashboard will be on $(hostname), port {port}; pegconf tunnel {section} --node $(hostname)"
{program} &
program=$!
trap stop USR2 TERM INT
wait "$program"
code=$?
# A wait that a signal interrupted returns before the program has ended.
wait "$program" 2> /dev/null
cancel_workers
exit "$code"
