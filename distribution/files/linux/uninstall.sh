#!/bin/sh
# Removes genba's program files; settings, logs and results stay.
set -eu
target="${XDG_DATA_HOME:-$HOME/.local/share}/genba"
if [ ! -x "$target/uninstall.sh" ]; then
    echo "genba はインストールされていません。 / genba is not installed for this user." >&2
    exit 1
fi
exec "$target/uninstall.sh"
