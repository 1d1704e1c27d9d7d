#!/bin/sh
# Runs the tool on a case from the command line to the file it writes.
set -eu
tool=tools/labels_to_coco
case=tests/coco/cases/label_hash_filter
output=$TEST_TMPDIR/coco.json
input="--ontology=$case/ontology.json --label_rows=$case/label_rows.json"

count() { grep -o "$1" "$output" | wc -l; }
fail() { echo "$1" >&2; exit 1; }

$tool $input --output="$output"
[ "$(count file_name)" -eq 3 ] || fail "not all images"
[ "$(count '"iscrowd":0')" -eq 15 ] || fail "not all annotations"

$tool $input --output="$output" --profile=sdk 2>"$TEST_TMPDIR/errors" \
  --label_hashes=8949e175-927a-49d0-a08f-d45c09199b0c,unknown-hash,18350f75-9765-4752-a9fd-bf5bd8717e8d
[ "$(count file_name)" -eq 2 ] || fail "not the images of two rows"
[ "$(count '"iscrowd":0')" -eq 10 ] || fail "not the annotations of two rows"
[ "$(count '"contributor":null')" -eq 1 ] || fail "not the profile"
grep -q unknown-hash "$TEST_TMPDIR/errors" || fail "unknown hash not reported"

for arguments in "" "--ontology=$case/ontology.json" "$input --output=$output --profile=other" \
    "$input --output=$output --unknown=1"; do
  status=0
  $tool $arguments 2>/dev/null || status=$?
  [ "$status" -eq 2 ] || fail "arguments accepted: $arguments"
done
for arguments in "--ontology=missing --label_rows=$case/label_rows.json --output=$output" \
    "--ontology=$case/label_rows.json --label_rows=$case/label_rows.json --output=$output" \
    "--ontology=$case/ontology.json --label_rows=$case/ontology.json --output=$output" \
    "$input --output=$TEST_TMPDIR/missing/coco.json"; do
  status=0
  $tool $arguments 2>/dev/null || status=$?
  [ "$status" -eq 1 ] || fail "no error: $arguments"
done
