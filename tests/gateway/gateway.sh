#!/bin/sh
# The real LiteLLM proxy, a real language model and nginx, on loopback only.
#
#   gateway.sh setup DIR     install into DIR (900 MB; the second time at once)
#   gateway.sh start DIR     run it in the background; DIR/env says where
#   gateway.sh status DIR    say what runs; succeeds if everything does
#   gateway.sh stop DIR      end all of it
#   gateway.sh lock DIR      renew requirements.txt from pyproject.toml
#
# Exit codes: 0 done, 1 failed, 2 called wrongly, 3 no Python index reached.
# With LITELLM_NO_INSTALL=1 setup installs nothing: it exits with 3 if it would.
set -u

API_KEY=sk-gateway-test
START_LIMIT=90  # seconds until everything must be healthy
STOP_LIMIT=10   # seconds between asking a process to end and killing it
SERVICES="model upstream proxy nginx"

here=$(cd "$(dirname "$0")" && pwd -P)
PATH=$PATH:/usr/sbin:/sbin  # where nginx is, if not for every user

say() { echo "gateway: $*" >&2; }
die() { say "$1"; exit "${2:-1}"; }

# ---- setup -----------------------------------------------------------------

# Print the first Python that the pinned packages support and that has the
# module $1; by default the one that virtual environments need.
find_python() {
    module=${1:-ensurepip}
    for python in python3 python3.14 python3.13 python3.12 python3.11; do
        "$python" -c "import $module, sys"'
sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null &&
            echo "$python" && return
    done
    return 1
}

missing_packages() {
    find_python >/dev/null || echo python3-venv
    for program in openssl nginx; do
        command -v $program >/dev/null || echo $program
    done
}

install_packages() {
    packages=$(echo $(missing_packages))
    [ -n "$packages" ] || return 0
    # No package makes an older one newer.
    find_python sys >/dev/null || ! command -v python3 >/dev/null ||
        die "needs Python 3.11 to 3.14, $(python3 -V) is here"
    # These start no service, so a user with sudo may install them too.
    if [ "${LITELLM_NO_INSTALL:-0}" != 1 ] && ! find_python >/dev/null &&
        { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }; then
        "$here/../tools/need.sh" openssl \
            '/usr/lib/python3*/ensurepip/__init__.py:python3-venv'
    fi
    packages=$(echo $(missing_packages))
    [ -n "$packages" ] || return 0
    [ "${LITELLM_NO_INSTALL:-0}" != 1 ] ||
        die "missing: $packages (LITELLM_NO_INSTALL=1, so not installed)" 3
    if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
        die "missing: $packages; as root: apt-get install $packages"
    fi
    say "installing $packages with apt-get"
    # Packages start their services unless this file says not to.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
        trap 'rm -f $policy' EXIT
        printf '#!/bin/sh\nexit 101\n' >$policy
        chmod +x $policy
    fi
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends $packages
    } >"$dir/log/setup.log" 2>&1 || tail -n 20 "$dir/log/setup.log" >&2
    packages=$(echo $(missing_packages))
    [ -z "$packages" ] || die "still missing: $packages (Python 3.11 to 3.14)"
}

# Run one step of the installation; tell a network that is not there from
# other failures.
step() {
    "$@" >"$dir/log/setup.log" 2>&1 && return
    tail -n 20 "$dir/log/setup.log" >&2
    grep -Eiq 'connect|timed out|sending request|versions: none' \
        "$dir/log/setup.log" && die "the Python index cannot be reached" 3
    die "installation failed"
}

setup() {
    begin=$(date +%s)
    install_packages
    stamp=$(sha256sum <"$here/requirements.txt")
    if [ "$(cat "$venv/stamp" 2>/dev/null)" = "$stamp" ] &&
        "$venv/bin/python" -c ''; then
        say "already installed in $venv"
        return
    fi
    [ "${LITELLM_NO_INSTALL:-0}" != 1 ] ||
        die "LiteLLM is missing (LITELLM_NO_INSTALL=1, so not installed)" 3
    say "installing LiteLLM, llama.cpp and the model in $venv"
    rm -rf "$venv"
    step "$(find_python)" -m venv "$venv"
    # pip brings only uv, by the same hashes; uv brings the rest in seconds.
    sed -n '/^uv==/,/[^\\]$/p' "$here/requirements.txt" >"$venv/uv.txt"
    step "$venv/bin/pip" install --require-hashes --no-deps --retries 1 \
        --timeout 15 -r "$venv/uv.txt"
    step env VIRTUAL_ENV="$venv" \
        ${PIP_INDEX_URL:+UV_DEFAULT_INDEX="$PIP_INDEX_URL"} \
        "$venv/bin/uv" pip install --require-hashes --no-deps --no-build \
        -r "$here/requirements.txt"
    echo "$stamp" >"$venv/stamp"
    say "installed in $(($(date +%s) - begin)) s"
}

# The markers that are the same in every line only say what pyproject.toml
# says: Linux on x86-64 or arm64.
lock() {
    [ -x "$venv/bin/uv" ] || die "run setup first"
    work=$(mktemp -d) || exit
    cp "$here/pyproject.toml" "$work"
    (cd "$work" && "$venv/bin/uv" lock -q && "$venv/bin/uv" export -q \
        --frozen --no-header --no-annotate -o all.txt) || die "lock failed"
    x86="platform_machine == 'x86_64'" arm="platform_machine == 'aarch64'"
    linux="sys_platform == 'linux'"
    {
        echo "# Made by 'gateway.sh lock' from pyproject.toml."
        sed -e "s/ ; ($arm or $x86) and $linux//" \
            -e "s/ and (($arm and $linux) or ($x86 and $linux))//" \
            "$work/all.txt"
    } >"$here/requirements.txt"
    rm -rf "$work"
}

# ---- processes -------------------------------------------------------------

# Every service keeps DIR/run as its working directory, which nothing else
# has: so its processes are known even when a process id has been used again.
running() {
    for process in /proc/[0-9]*; do
        [ "$(readlink "$process/cwd" 2>/dev/null)" = "$dir/run" ] &&
            echo "${process#/proc/}"
    done
}

is_running() {
    pid=$(cat "$dir/run/$1.pid" 2>/dev/null) &&
        [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$dir/run" ]
}

# launch NAME COMMAND...: in a session of its own and with an environment of
# its own, so that no key or HTTP proxy of the user's comes in.
launch() {
    name=$1
    shift
    (cd "$dir/run" && exec setsid env -i PATH="$venv/bin:$PATH" \
        HOME="$dir/run" LANG=C.UTF-8 PYTHONUNBUFFERED=1 "$@") \
        </dev/null >"$dir/log/$name.log" 2>&1 &
    echo $! >"$dir/run/$name.pid"
}

stop() {
    rm -f "$dir/env"
    waited=0
    signal=TERM
    while pids=$(running); [ -n "$pids" ]; do
        [ $waited -lt $((STOP_LIMIT * 10)) ] || signal=KILL
        [ $waited -lt $((STOP_LIMIT * 20)) ] ||
            die "still running: $(echo $pids)"
        # Asked once, killed as often as it takes.
        [ $waited -gt 0 ] && [ $signal = TERM ] ||
            kill -$signal $pids 2>/dev/null
        sleep 0.1
        waited=$((waited + 1))
    done
    rm -rf "$dir/run"
}

status() {
    result=0
    for name in $SERVICES; do
        if is_running $name; then echo "$name: running, process $pid"
        else echo "$name: not running"; result=1; fi
    done
    [ ! -f "$dir/env" ] || cat "$dir/env"
    return $result
}

# ---- start -----------------------------------------------------------------

# Ports below the range that the kernel gives to outgoing connections, so
# that none is taken between this look and the bind.
free_ports() {
    "$venv/bin/python" -c '
import random, socket
held = []
while len(held) < 4:
    probe = socket.socket()
    try: probe.bind(("127.0.0.1", random.randrange(20000, 32000)))
    except OSError: continue
    held.append(probe)
print(*(probe.getsockname()[1] for probe in held))'
}

make_certificates() {
    cat >"$dir/tls/openssl.cnf" <<'EOF'
[req]
distinguished_name = none
prompt = no
[none]
[ca]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:localhost, DNS:gateway, IP:127.0.0.1, IP:::1
EOF
    (
        cd "$dir/tls" && umask 077 &&
            openssl ecparam -name prime256v1 -genkey -noout -out ca.key &&
            openssl ecparam -name prime256v1 -genkey -noout -out server.key &&
            openssl req -x509 -new -key ca.key -sha256 -days 30 \
                -config openssl.cnf -extensions ca \
                -subj "/CN=gateway test CA" -out ../ca.pem &&
            openssl req -new -key server.key -config openssl.cnf \
                -subj "/CN=localhost" -out server.csr &&
            openssl x509 -req -in server.csr -CA ../ca.pem -CAkey ca.key \
                -set_serial "0x$(openssl rand -hex 8)" -sha256 -days 30 \
                -extfile openssl.cnf -extensions server -out server.pem
    ) >"$dir/log/tls.log" 2>&1 || fail tls "cannot make certificates"
}

# fail NAME REASON: show the log of NAME, leave nothing running.
fail() {
    say "$2; the end of $dir/log/$1.log:"
    tail -n 20 "$dir/log/$1.log" >&2
    exit 1  # the trap of start stops the rest
}

answers() {
    "$venv/bin/python" -c '
import ssl, sys, urllib.request as web
trust = ssl.create_default_context(cafile=sys.argv[1])
web.build_opener(web.ProxyHandler({}), web.HTTPSHandler(context=trust)).open(
    sys.argv[2], timeout=5)' "$dir/ca.pem" "$1" 2>/dev/null
}

wait_for() {
    until answers "$2"; do
        is_running "$1" || fail "$1" "$1 ended early"
        [ $(($(date +%s) - begin)) -lt $START_LIMIT ] ||
            fail "$1" "$1 does not answer after $START_LIMIT s"
        sleep 0.3
    done
    say "$1 answers after $(($(date +%s) - begin)) s"
}

start() {
    [ -f "$venv/stamp" ] || die "not installed: run '$0 setup $dir' first"
    if [ -f "$dir/env" ] && status >/dev/null; then
        say "already running"
        return
    fi
    stop  # what an earlier start may have left
    begin=$(date +%s)
    mkdir -p "$dir/run/tmp" "$dir/log" "$dir/tls"
    trap 'stop' EXIT
    trap 'exit 1' HUP INT TERM
    make_certificates
    set -- $(free_ports)
    [ $# = 4 ] || die "no free ports"
    model=http://127.0.0.1:$1
    upstream=http://127.0.0.1:$2
    proxy=https://localhost:$3
    nginx=https://localhost:$4

    say "starting the model, the upstream, the proxy and nginx"
    launch model python "$here/llama.py" "$1"
    launch upstream python "$here/upstream.py" "$2"
    launch proxy LITELLM_LOCAL_MODEL_COST_MAP=True LITELLM_MODE=PRODUCTION \
        LITELLM_MASTER_KEY=$API_KEY LLAMA_URL="$model/v1" \
        UPSTREAM_URL="$upstream/v1" litellm --config "$here/config.yaml" \
        --host 127.0.0.1 --port "$3" --num_workers 1 --telemetry False \
        --ssl_keyfile_path "$dir/tls/server.key" \
        --ssl_certfile_path "$dir/tls/server.pem"
    listen="listen 127.0.0.1:$4 ssl;"
    grep -q '^0*1 ' /proc/net/if_inet6 2>/dev/null &&
        listen="$listen listen [::1]:$4 ssl;"
    sed -e "s/@LISTEN@/$listen/" -e "s/@PROXY@/$3/" "$here/nginx.conf" \
        >"$dir/run/nginx.conf"
    launch nginx nginx -p "$dir/run" -c nginx.conf -e stderr

    wait_for model "$model/health"
    wait_for upstream "$upstream/health"
    wait_for proxy "$proxy/health/readiness"
    wait_for nginx "$nginx/health/readiness"
    cat >"$dir/env.new" <<EOF
LITELLM_BASE_URL=$proxy
LITELLM_NGINX_URL=$nginx
LITELLM_API_KEY=$API_KEY
LITELLM_CA_FILE='$dir/ca.pem'
LITELLM_MODEL=smollm2
EOF
    mv "$dir/env.new" "$dir/env"
    trap - EXIT HUP INT TERM
    say "ready; addresses and key are in $dir/env"
}

# ----------------------------------------------------------------------------

case "${1:-} $#" in
"setup 2" | "start 2" | "stop 2" | "status 2" | "lock 2") ;;
*) sed -n '4,11s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
[ -d /proc/self ] && [ "$(uname -s)" = Linux ] || die "needs Linux"
mkdir -p "$2/log" && dir=$(cd "$2" && pwd -P) || exit
venv=$dir/venv
"$1"
