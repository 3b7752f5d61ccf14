#!/bin/sh
# `make image` keeps to the configuration that an image was made from, until another one is named.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$(mktemp -d) || exit 1
trap 'rm -rf "$build"' EXIT
touch "$build"/deps.mk # nothing is installed here

status=0
# made WANTED [CONFIG=NAME]: from which configuration the image would be made.
made() {
    wanted=$1
    shift
    touch -d @1 "$build"/image.stamp # older than everything
    if ! make -n B="$build" image "$@" 2>&1 | grep -q "^	config/$wanted.toml --package"; then
        echo "image ${*:-} with a stamp of '$(cat "$build"/image.stamp)': not from $wanted"
        status=1
    fi
}
echo base >"$build"/image.stamp
made minimal # the stamp of an image that is not there any more
touch "$build"/umk.img
made base
made minimal CONFIG=minimal
: >"$build"/image.stamp
made minimal
exit $status
