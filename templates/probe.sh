# Asks the compute node what it has, for pegconf: every line of the answer begins with PEGCONF-PROBE. It needs nothing
# but a POSIX shell, changes nothing around it, and ends in time even where a file system or a command hangs.
(
  set +eu
  peg_limit=5
  PATH="${PATH:-}:/usr/bin:/bin:/usr/sbin:/sbin"
  LC_ALL=C
  export PATH LC_ALL
  peg_tab=$(printf '\t')

  # One line in one write, since several parts speak at the same time.
  peg_say() {
    peg_line=PEGCONF-PROBE
    for peg_word in "$@"; do peg_line="$peg_line$peg_tab$peg_word"; done
    printf '%s\n' "$peg_line"
  }

  # A command with the time that is left to it; where there is no timeout, the part it belongs to is ended instead.
  peg_timed() {
    if command -v timeout > /dev/null 2>&1; then timeout "$peg_limit" "$@"; else "$@"; fi
  }

  peg_host() {
    peg_say host "$(hostname 2> /dev/null || uname -n)" "$(uname -sr 2> /dev/null)"
  }

  # Address by address from ip, else from ifconfig of either kind; state, speed (Mbit/s) and kind (32 is InfiniBand) from
  # /sys, where InfiniBand over IP often tells its speed only at the device below it.
  peg_interfaces() {
    {
      ip -o -4 addr show 2> /dev/null || ifconfig -a 2> /dev/null | awk '
        /^[^ \t]/ { name = $1; sub(/:$/, "", name) }
        /inet / { address = $2; sub(/^addr:/, "", address); print "0:", name, "inet", address }'
    } | awk '$3 == "inet" { sub(/@.*/, "", $2); print $2, $4 }' | while read -r peg_name peg_address; do
      peg_sys=/sys/class/net/${peg_name%%:*}
      peg_state=$(cat "$peg_sys/operstate" 2> /dev/null)
      peg_speed=$(cat "$peg_sys/speed" 2> /dev/null)
      peg_rate=$(cat "$peg_sys"/device/infiniband/*/ports/*/rate 2> /dev/null | head -n 1)
      peg_say interface "$peg_name" "$peg_address" "$peg_state" "$peg_speed" "$(cat "$peg_sys/type" 2> /dev/null)" \
        "$peg_rate"
    done
  }

  peg_cores() {
    # nproc believes these variables before it counts.
    unset OMP_NUM_THREADS OMP_THREAD_LIMIT
    peg_all=$(nproc --all 2> /dev/null || grep -c '^processor' /proc/cpuinfo 2> /dev/null)
    peg_say cores "$(nproc 2> /dev/null)" "$peg_all" "$(sed -n 's/^Cpus_allowed_list:[^0-9]*//p' /proc/self/status \
      2> /dev/null)"
    peg_say memory "$(sed -n 's/^MemTotal: *//p' /proc/meminfo 2> /dev/null)" "$(ulimit -v 2> /dev/null)"
  }

  # Every limit between this process and the root of its control group counts, and the smallest of them holds.
  peg_groups() {
    sed -n 's/^0::/v2 /p; s/^[0-9]*:\([^:]*,\)\{0,1\}memory\(,[^:]*\)\{0,1\}:/memory /p
      s/^[0-9]*:\([^:]*,\)\{0,1\}cpu\(,[^:]*\)\{0,1\}:/cpu /p' /proc/self/cgroup 2> /dev/null |
      while read -r peg_kind peg_path; do
        while :; do
          case $peg_kind in
            v2)
              peg_group "memory" "/sys/fs/cgroup$peg_path/memory.max"
              peg_group "cpu" "/sys/fs/cgroup$peg_path/cpu.max"
              ;;
            memory) peg_group "memory" "/sys/fs/cgroup/memory$peg_path/memory.limit_in_bytes" ;;
            cpu)
              peg_group "cpu" "/sys/fs/cgroup/cpu$peg_path/cpu.cfs_quota_us" \
                "/sys/fs/cgroup/cpu$peg_path/cpu.cfs_period_us"
              ;;
          esac
          case $peg_path in /?*) peg_path=${peg_path%/*} ;; *) break ;; esac
        done
      done
  }

  peg_group() {
    peg_what=$1
    shift
    [ -r "$1" ] && peg_say group "$peg_what" "$(cat "$@" 2> /dev/null | tr '\n' ' ')"
  }

  # What can be written is tried by making a folder: the mode alone does not tell of a read-only or foreign file system.
  # $1 is the directory as it was written, $2 as it is here (empty where its variable is not set), $3 the megabytes to
  # write for its speed, or 0, and $4 a number of its own.
  peg_directory() {
    if [ -z "$2" ]; then
      peg_say directory "$1" "" no no
      return
    fi
    peg_there=$2
    peg_exists=yes
    [ -d "$peg_there" ] || peg_exists=no
    while [ ! -d "$peg_there" ] && [ "${peg_there%/*}" != "$peg_there" ]; do peg_there=${peg_there%/*}; done
    peg_there=${peg_there:-/}
    peg_mark=$peg_there/.pegconf-probe-$(uname -n)-$$-$4
    peg_writable=no
    peg_speed=
    if mkdir "$peg_mark" 2> /dev/null; then
      peg_writable=yes
      if [ "$3" -gt 0 ]; then
        peg_speed=$(peg_timed dd if=/dev/zero of="$peg_mark/data" bs=1048576 count="$3" conv=fsync 2>&1 | tail -n 1)
        rm -f "$peg_mark/data"
      fi
      rmdir "$peg_mark" 2> /dev/null
    fi
    peg_free=$(df -PTk "$peg_there" 2> /dev/null | tail -n 1)
    [ -n "$peg_free" ] || peg_free=$(df -Pk "$peg_there" 2> /dev/null | tail -n 1)
    peg_say directory "$1" "$2" "$peg_exists" "$peg_writable" "$peg_free" "$peg_speed"
  }

  # $1 is a Python as it was written, $2 as it is here. Its packages are looked up first and imported then: an import
  # from a slow file system may take longer than there is time.
  peg_python() {
    peg_path=$(command -v "$2" 2> /dev/null)
    if [ -z "$peg_path" ]; then
      peg_say python "$1" "" no
      return
    fi
    peg_said=$(peg_timed "$peg_path" -c "$peg_versions" 2>&1 | tail -n 1)
    peg_say python "$1" "$peg_path" yes "$peg_said"
    case $peg_said in python=*) ;; *) return ;; esac
    peg_said=$(peg_timed "$peg_path" -c "import distributed, sys; sys.stdout.write(str(\"imported\"))" 2>&1 | tail -n 1)
    peg_say imports "$1" "$peg_said"
  }

  peg_versions='
import sys
found = ["python=%d.%d.%d" % sys.version_info[:3]]
try:
    from importlib import metadata
    for name in ("dask", "distributed"):
        try:
            found.append(name + "=" + metadata.version(name))
        except metadata.PackageNotFoundError:
            pass
except ImportError:
    pass
sys.stdout.write(" ".join(found))
'

  # Whether a TCP connection is made to $1, a host, and $2, a port: by $3, a Python, or by bash.
  peg_connects() {
    peg_port=$2
    if command -v "$3" > /dev/null 2>&1; then
      peg_said=$(peg_timed "$3" -c 'import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), 3).close()
    sys.stdout.write("yes")
except Exception:
    sys.stdout.write("no %s" % sys.exc_info()[1])' "$1" "$peg_port" 2> /dev/null)
    elif command -v bash > /dev/null 2>&1; then
      peg_said=$(peg_timed bash -c 'exec 3<> "/dev/tcp/$0/$1" && printf yes' "$1" "$peg_port" 2>&1 | tail -n 1)
      [ "$peg_said" = yes ] || peg_said="no ${peg_said##*: }"
    else
      peg_said=
    fi
    peg_say connects "$1:$peg_port" "$peg_said"
  }

  peg_variables() {
    for peg_name in TMPDIR OMP_NUM_THREADS CUDA_VISIBLE_DEVICES \
      LSB_JOBID LSB_QUEUE LSB_HOSTS LSB_MCPU_HOSTS LSB_DJOB_NUMPROC LSB_AFFINITY_HOSTFILE \
      SLURM_JOB_ID SLURM_JOB_PARTITION SLURM_CLUSTER_NAME SLURM_CPUS_ON_NODE SLURM_CPUS_PER_TASK SLURM_MEM_PER_NODE \
      SLURM_MEM_PER_CPU SLURMD_NODENAME PBS_JOBID PBS_QUEUE PBS_NODEFILE PBS_NP NCPUS \
      JOB_ID QUEUE PE NSLOTS OAR_JOB_ID OAR_NODEFILE _CONDOR_SCRATCH_DIR; do
      eval "peg_value=\${$peg_name-}"
      [ -z "$peg_value" ] || peg_say variable "$peg_name" "$(printf '%s' "$peg_value" | tr '\t\n' '  ')"
    done
  }

  # Each part runs beside the others; one that hangs is named and left behind, a second after its commands were.
  peg_pids=
  peg_part() {
    peg_label=$1
    shift
    "$@" &
    peg_pids="$peg_pids $!"
    eval "peg_label_$!=\$peg_label"
  }

  peg_say begin 1
  peg_part host peg_host
  peg_part interfaces peg_interfaces
  peg_part cores peg_cores
  peg_part groups peg_groups
  peg_part variables peg_variables
  # PARTS
  peg_ticks=0
  while :; do
    peg_alive=
    for peg_pid in $peg_pids; do kill -0 "$peg_pid" 2> /dev/null && peg_alive="$peg_alive $peg_pid"; done
    peg_pids=$peg_alive
    if [ -z "$peg_pids" ] || [ "$peg_ticks" -ge $((peg_limit * 5 + 5)) ]; then break; fi
    # Some shells' sleep counts whole seconds only.
    if sleep 0.2 2> /dev/null; then peg_ticks=$((peg_ticks + 1)); else sleep 1; peg_ticks=$((peg_ticks + 5)); fi
  done
  for peg_pid in $peg_pids; do
    kill -9 "$peg_pid" 2> /dev/null
    eval "peg_say late \"\$peg_label_$peg_pid\""
  done
  peg_say end
) < /dev/null 2> /dev/null || :
