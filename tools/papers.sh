#!/bin/sh
# Make the map book and every paper of the sample town in both languages: papers.sh build/papers
# What can't be made says why; the others are made all the same, and the status is 1 then.
set -u

cd "$(dirname -- "$0")/.."
folder=$1
town=build/sample_town
status=0
build/venv/bin/python tools/make_sample.py "$town" || exit 1

# make_one NAME ID PARAMETER=VALUE...: one file, by qgis_process.
make_one() {
    name=$1
    id=$2
    shift 2
    if said=$(build/bin/qgis_process run "waternet:$id" -- "$@" "OUTPUT=$name" 2>&1); then
        echo "$name"
    else
        echo "$name: $(printf '%s\n' "$said" | tail -n 1)" >&2
        status=1
    fi
}

for language in en zh_CN; do
    mkdir -p "$folder/$language"
    network=$town/$language/sample_town.gpkg
    make_one "$folder/$language/map_book.pdf" exportatlas "NETWORK=$network" "LANGUAGE=$language" SCALE=1000
    for kind in compound_book area_file monthly_report programme_ledger statistics network_page; do
        for ending in pdf docx xlsx html; do
            make_one "$folder/$language/$kind.$ending" exportpaper "NETWORK=$network" "LANGUAGE=$language" \
                "KIND=$kind" AS_OF=2026-01-05
        done
    done
done
exit $status
