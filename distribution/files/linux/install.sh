#!/bin/sh
# Installs genba for this user, without internet access. Options: --target FOLDER.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
python=
for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3 "$HOME"/.pyenv/versions/3.1[123]*/bin/python3; do
    if [ -n "$candidate" ] && "$candidate" -c \
        'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "venv を備えた Python 3.11~3.13 が見つかりません(Debian/Ubuntu: apt install python3-venv、RHEL: dnf install python3.12)。" >&2
    echo "Python 3.11 to 3.13 with venv was not found (Debian/Ubuntu: apt install python3-venv; RHEL: dnf install python3.12)." >&2
    exit 1
fi
exec "$python" "$here/program/install.py" "$@"
