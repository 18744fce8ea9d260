#!/bin/sh
# See that there is a Chromium for the browser tests, installing it with the system's package manager if that can be
# done without asking anybody. Fails, and says what to do, if there is none in the end. The one without windows
# (chromium-headless-shell) beside it does most of them in less time.
set -u

there() {
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    return 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

there && exit 0
if [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; then
    if command -v apt-get >/dev/null 2>&1; then
        echo "installing Chromium with apt-get ..."
        as_root apt-get -qq update </dev/null
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends \
            chromium chromium-headless-shell fonts-noto-cjk </dev/null >/dev/null ||
            as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends \
                chromium fonts-noto-cjk </dev/null >/dev/null
    elif command -v dnf >/dev/null 2>&1; then
        echo "installing Chromium with dnf ..."
        as_root dnf -q -y install chromium google-noto-sans-cjk-fonts </dev/null >/dev/null
    fi
fi
there && exit 0
cat >&2 <<'END'
No Chromium here: the browser tests will be skipped. To have them run, install it and see that `chromium` or
`google-chrome` is on the PATH:
  Debian, Ubuntu:  sudo apt-get install chromium chromium-headless-shell
  Fedora:          sudo dnf install chromium
  macOS:           brew install --cask chromium
END
exit 1
