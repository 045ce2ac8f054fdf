#!/bin/sh
# Make .venv and install one requirements file into it:  scripts/setup.sh requirements.txt
set -eu
cd "$(dirname "$0")/.."
requirements=$1

fail() { echo "linli: $*" >&2; exit 1; }

# The first Python that is new enough; PYTHON=… chooses another.
find_python() {
    for candidate in ${PYTHON:-python3.11 python3.12 python3.13 python3.14 python3}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed (Debian: apt-get install python3 python3-venv)"
}

# Debian ships Python without the part that makes environments.
make_environment() {
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            echo "linli: installing $package"
            said=$({ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package"; } 2>&1) \
                || fail "apt-get install $package failed: $said"
        else
            fail "$python cannot make an environment; install it first: apt-get install $package"
        fi
    fi
    echo "linli: making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
}

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    make_environment
fi
echo "linli: installing what $requirements lists (minutes the first time, seconds later)"
.venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --prefer-binary \
    --requirement "$requirements" || fail "the packages of $requirements could not be installed"
