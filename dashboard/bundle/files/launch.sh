#!/bin/sh
# Looks for a Python that fits, prepares what is needed beside (once), starts the workshop.
cd "$(dirname "$0")" || exit 1
for version in @VERSIONS@ ""; do
    for folder in "" /Library/Frameworks/Python.framework/Versions/"$version"/bin/ \
        /opt/homebrew/bin/ /usr/local/bin/; do
        python="${folder}python${version:-3}"
        # On a Mac without developer tools this one only opens a window that offers them.
        if [ "$(uname)" = Darwin ] && [ "$(command -v "$python")" = /usr/bin/python3 ]; then
            continue
        fi
        if "$python" fichiers/suitable.py >/dev/null 2>&1; then
            exec "$python" fichiers/start.py "$@"
        fi
    done
done
cat fichiers/python-manquant.txt
exit 1
