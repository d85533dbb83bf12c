#!/bin/sh
# commit.sh PACKAGE FILE: writes the commit of the repository PACKAGE into the Swift source FILE, unless FILE says it already.
# Without a repository of its own, as in an archive of the sources, or without git there is no commit to name.
set -eu
package=$1 file=$2
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
ask() { git --no-optional-locks -c "safe.directory=$package" -c core.fsmonitor=false -C "$package" "$@" 2>/dev/null; }

commit=nil modified=false
if [ -e "$package/.git" ] && hash=$(ask rev-parse --verify HEAD); then
    commit="\"$hash\""
    # Only what is built counts: the sources and what says how to build them.
    changes=$(ask status --porcelain -- Package.swift Sources Plugins) || changes=unknown
    [ -z "$changes" ] || modified=true
fi
new="enum Commit {
    static let hash: String? = $commit
    static let isModified = $modified
}"
if [ ! -e "$file" ] || [ "$new" != "$(cat "$file")" ]; then printf '%s\n' "$new" >"$file"; fi
