#!/bin/sh
# Fetch the Fandol fonts (仿宋 宋体 黑体 楷体) for printed notices into DEST, from Debian's texlive-lang-chinese.
# Needs apt-get and dpkg-deb but no root: lists and caches are kept in a folder of its own and thrown away.
# apt checks the archive's signatures, so what is unpacked is what Debian signed.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: $0 DEST" >&2
    exit 2
fi
dest=$1
package=texlive-lang-chinese
wanted="FandolFang-Regular.otf FandolSong-Regular.otf FandolSong-Bold.otf FandolHei-Regular.otf FandolHei-Bold.otf FandolKai-Regular.otf"

complete() {
    for font in $wanted; do
        [ -s "$1/$font" ] || return 1
    done
}

if complete "$dest"; then
    echo "fonts are in $dest already"
    exit 0
fi
for tool in apt-get dpkg-deb tar; do
    if ! command -v "$tool" >/dev/null 2>&1; then
        echo "$0: this machine has no $tool." >&2
        echo "The fonts are unpacked from the Debian package $package. Put these files into $dest by hand:" >&2
        echo "  $wanted" >&2
        echo "Without them notices are set in the fonts that come with the program (Noto Serif and Sans SC)." >&2
        exit 1
    fi
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
chmod 755 "$work"
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/fonts"
apt() {
    apt-get -qq -o APT::Sandbox::User=root -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" \
        -o Acquire::Languages=none "$@"
}

apt update
(cd "$work" && apt download "$package")
for part in "$work"/"$package"_*.deb; do
    dpkg-deb --fsys-tarfile "$part" |
        tar -x -C "$work" --wildcards '*/fonts/opentype/public/fandol/*.otf' '*/texlive-doc/fonts/fandol/COPYING.gz'
done
find "$work/usr" -type f -exec mv {} "$work/fonts/" ';'
gunzip -f "$work/fonts/COPYING.gz" && mv "$work/fonts/COPYING" "$work/fonts/COPYING.fandol"
if ! complete "$work/fonts"; then
    echo "$0: $package no longer holds all of: $wanted" >&2
    exit 1
fi

mkdir -p "$dest"
for font in $wanted; do
    cp "$work/fonts/$font" "$dest/.$font.new"
    mv "$dest/.$font.new" "$dest/$font"
done
cp "$work/fonts/COPYING.fandol" "$dest/"
echo "fonts are in $dest"
