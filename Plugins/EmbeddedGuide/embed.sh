#!/bin/sh
# embed.sh PAGE FILE: writes the text PAGE into the Swift source FILE as one literal.
set -eu
page=$1 file=$2
if grep -q '"""####' "$page"; then
    echo "embed.sh: $page holds what ends the literal" >&2
    exit 1
fi
{
    echo 'enum GuidePage {'
    echo 'static let html: StaticString = ####"""'
    cat "$page"
    echo '"""####'
    echo '}'
} >"$file"
