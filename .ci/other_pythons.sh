#!/usr/bin/env bash
# The pinned packages hold for every Python that is promised, not only for the one at hand: each has a wheel, with a
# known hash, for 3.12 and 3.13 too. halo comes as source only; it is plain Python.
set -euo pipefail
python=$1
wheels=$(mktemp)
trap 'rm -f "$wheels"' EXIT
awk '/^[^ #]/ { keep = !/^halo==/ } keep' requirements/dev.txt >"$wheels"
for version in 3.12 3.13; do
  "$python" -m pip install --quiet --disable-pip-version-check --dry-run --ignore-installed --no-deps \
    --only-binary=:all: --require-hashes --python-version "$version" --target "$wheels.$version" -r "$wheels"
  echo "Python $version: every pinned package has its wheel"
done
