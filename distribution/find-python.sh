#!/bin/sh
# Prints a command that starts Python 3.11 or newer with venv, or says what to install.
# A name on PATH is not proof (version managers leave stubs), so every candidate is started.
set -u
fits() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' </dev/null >/dev/null 2>&1
}

for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14 python \
    /usr/local/bin/python3 /opt/homebrew/bin/python3 "${HOME:-}"/.pyenv/versions/3.1[1-9]*/bin/python3; do
    if [ -n "$candidate" ] && fits "$candidate"; then
        printf '%s\n' "$candidate"
        exit 0
    fi
    if [ -n "${PYTHON:-}" ] && [ "$candidate" = "$PYTHON" ]; then
        echo "PYTHON=$PYTHON is not a Python 3.11 or newer with the venv and ensurepip modules." >&2
        exit 1
    fi
done
{
    echo "Python 3.11 or newer with the venv and ensurepip modules was not found."
    echo "Debian, Ubuntu: apt-get install python3 python3-venv. Elsewhere: install Python and set PYTHON=its path."
    echo "venv と ensurepip を備えた Python 3.11 以上が見つかりません。インストールするか、PYTHON=パス を指定してください。"
} >&2
exit 1
