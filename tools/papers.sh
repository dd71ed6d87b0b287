#!/bin/sh
# Make the map book and every paper of the sample town in both languages: papers.sh build/papers
# What can't be made says why; the others are made all the same, and the status is 1 then.
set -u

cd "$(dirname -- "$0")/.."
folder=$1
town=build/sample_town
status=0
build/venv/bin/python tools/make_sample.py "$town" || exit 1

# run_one NAME OUTPUT ID PARAMETER=VALUE...: one file, by qgis_process, as the parameter OUTPUT.
run_one() {
    name=$1
    output=$2
    id=$3
    shift 3
    if said=$(build/bin/qgis_process run "waternet:$id" -- "$@" "$output=$name" 2>&1); then
        echo "$name"
    else
        echo "$name: $(printf '%s\n' "$said" | tail -n 1)" >&2
        status=1
    fi
}

for language in en zh_CN; do
    mkdir -p "$folder/$language"
    # As a user has it: the files of the background lie beside the network.
    mkdir -p "$folder/town"
    cp -r "$town/$language" "$town/background" "$folder/town/"
    rm -rf "$folder/town/$language/background"
    mv "$folder/town/background" "$folder/town/$language/"
    network=$folder/town/$language/sample_town.gpkg
    common="NETWORK=$network LANGUAGE=$language"
    run_one "$folder/$language/map_book.pdf" OUTPUT exportatlas $common SCALE=1000
    for kind in compound_book area_file monthly_report programme_ledger statistics network_page; do
        for ending in pdf docx xlsx html; do
            run_one "$folder/$language/$kind.$ending" OUTPUT exportpaper $common KIND=$kind AS_OF=2026-01-05
        done
    done
    run_one "$folder/$language/wall_map.pdf" OUTPUT exportpaper $common KIND=wall_map AS_OF=2026-01-05
    run_one "$folder/$language/wall_map_programme.pdf" OUTPUT exportpaper $common KIND=wall_map PAPER=A2 \
        THEME=programme AS_OF=2026-01-05
    run_one "$folder/$language/project_sheets.pdf" OUTPUT_SHEETS exportprojects $common
    run_one "$folder/$language/project_list.xlsx" OUTPUT_LIST exportprojects $common
    run_one "$folder/$language/statement.pdf" OUTPUT_STATEMENT exportprojects $common
    # Pages as pictures, to look at: those of documents for Word as an office program shows them.
    if command -v pdftoppm >/dev/null; then
        mkdir -p "$folder/$language/word"
        soffice "-env:UserInstallation=file://$PWD/build/run/office" --headless --convert-to pdf \
            --outdir "$folder/$language/word" "$folder/$language"/*.docx >/dev/null || status=1
        for pdf in "$folder/$language"/*.pdf "$folder/$language"/word/*.pdf; do
            pdftoppm -r 60 -png "$pdf" "${pdf%.pdf}"
        done
        if [ "$language" = zh_CN ]; then
            build/venv/bin/python tools/pages_beside.py docs/pictures/painted_sheet.zh_CN.png \
                "$folder/zh_CN/map_book.pdf" 8 "$folder/painted_and_now.png" || status=1
        fi
    else
        echo "no pictures of pages: pdftoppm (poppler-utils) is not installed" >&2
    fi
done
exit $status
