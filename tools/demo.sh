#!/bin/sh
# The main job on the sample town, headless: from a utility's files to a health map, a renewal plan and a
# printed map book. Run by `make demo`, which puts our qgis_process first on PATH. WATERNET_LANG=zh_CN
# makes everything Chinese.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
out=$root/build/demo
python=$root/build/venv/bin/python
mappings=$root/sample_data/mappings
as_of=2025-12-31
budget=1500000

language=${WATERNET_LANG:-en}
case $language in
    zh*) language=zh_CN locale=zh_CN.UTF-8 name=清源镇 ;;
    *) language=en locale=en_US.UTF-8 name=sample_town ;;
esac
network=$out/$name.gpkg
project=$out/$name.qgz
book=$out/$name.pdf
# The language asked for reaches the plugin through LANG alone.
unset LC_ALL LC_MESSAGES LANGUAGE
LANG=$locale
export LANG

# say ENGLISH CHINESE
say() { if [ "$language" = zh_CN ]; then printf '%s\n' "$2"; else printf '%s\n' "$1"; fi; }

seconds() { date +%s.%N; }

number=0
steps=11
# step ENGLISH CHINESE LOG COMMAND...: run a step, show its name and how long it took.
step() {
    number=$((number + 1))
    title=$(say "$1" "$2")
    log=$out/log/$3.txt
    shift 3
    printf '[%2d/%d] %s ... ' "$number" "$steps" "$title"
    began=$(seconds)
    if ! "$@" >"$log" 2>&1; then
        printf '\n'
        # What went wrong is said in the last lines.
        grep -v -e GRASS -e SAGA -e 'setapi()' "$log" | tail -n 20 >&2 || true
        say "The step failed; all it said is in $log" "此步失败，全部输出见 $log" >&2
        exit 1
    fi
    printf '%.1f s\n' "$(echo "$(seconds) $began" | awk '{ print $1 - $2 }')"
}

# ahead NAME ALGORITHM NAME=VALUE...: start a step while others run; finish NAME: wait and tell what it said.
ahead() {
    part=$1 algorithm=$2
    shift 2
    qgis_process run "waternet:$algorithm" -- "$@" >"$out/log/$part.ahead" 2>&1 &
    eval "pid_$part=$!"
}
finish() {
    eval "pid=\$pid_$1"
    status=0
    wait "$pid" || status=$?
    cat "$out/log/$1.ahead"
    rm -f "$out/log/$1.ahead"
    return "$status"
}
# Nothing goes on alone when a step fails or the user stops.
trap 'for pid in $(jobs -p); do kill "$pid" 2>/dev/null || true; done' EXIT
trap 'exit 130' INT TERM

# run ALGORITHM NAME=VALUE...
run() {
    algorithm=$1
    shift
    qgis_process run "waternet:$algorithm" -- "$@"
}

# figure LOG NAME: one number among the results of a step.
figure() { awk -F ':\t' -v name="$2" '$1 == name { value = $2 } END { print value }' "$out/log/$1.txt"; }

adopt() {
    run adoptlayers NETWORK="$network" INPUT="$1" TABLE="$2" MAPPING="$mappings/$3.json" REPORT="$out/reports/adopt_$2.html"
}

began_all=$(seconds)
rm -rf "$out"
mkdir -p "$out/log" "$out/reports"
say "WaterNet on the sample town, from the utility's files to a map book" "WaterNet 示例城镇：从单位现有数据到图册"

ahead create createnetwork CRS=EPSG:4547 OUTPUT="$network"
step "The utility's files (GBK shapefiles, CSV)" "生成单位数据（GBK 编码 Shapefile 与 CSV）" files \
    "$python" sample_data/foreign.py "$out/handover"
step "New network in EPSG:4547" "新建管网（EPSG:4547）" create finish create
step "Adopt the pipes 管线.shp" "管线入库 管线.shp" pipes \
    adopt "$out/handover/管线.shp" pipe utility_pipes
step "Adopt the points 管点.shp" "管点入库 管点.shp" points \
    adopt "$out/handover/管点.shp" node utility_points
step "Adopt the failures 抢修记录.csv" "抢修记录入库 抢修记录.csv" failures \
    adopt "$out/handover/抢修记录.csv" failure utility_failures
step "Adopt the compounds" "小区入库" compounds \
    adopt "$root/sample_data/town/compounds.geojson" compound compounds
step "Match failures to pipes" "故障匹配管段" match \
    run matchfailures NETWORK="$network" REPORT="$out/reports/match.html"
step "Assess health as of $as_of" "健康评估（基准日 $as_of）" assess \
    run assesshealth NETWORK="$network" AS_OF="$as_of" REPORT="$out/reports/health.html"
step "Plan the renewal of 2026-2030" "编制 2026—2030 年改造计划" plan \
    run planrenewal NETWORK="$network" BUDGET="$budget" START_YEAR=2026 YEARS=5 REPORT="$out/reports/plan.html"
ahead atlas exportatlas NETWORK="$network" SCALE=2000 THEME=health LANGUAGE="$language" \
    OUTPUT="$book"
step "Build the project" "生成工程文件" project \
    run buildproject NETWORK="$network" THEME=health LANGUAGE="$language" OUTPUT="$project"
step "Print the map book 1:2000" "输出图册（1:2000）" atlas finish atlas

total=$(echo "$(seconds) $began_all" | awk '{ printf "%.0f", $1 - $2 }')
if [ "$language" = zh_CN ]; then
    cat <<END

用时 ${total} 秒。
管段 $(figure pipes ROWS_WRITTEN) 行入库，$(figure pipes ROWS_REJECTED) 行拒收；管点 $(figure points ROWS_WRITTEN) 行；故障 $(figure failures ROWS_WRITTEN) 行，其中 $(figure match MATCHED) 行匹配到管段。
立即改造 $(figure assess KM_RENEW_NOW) km，重点改造 $(figure assess KM_PRIORITY) km；计划安排 $(figure plan FUNDED) 个项目，$(figure plan KM_FUNDED) km。

  管网    $network
  工程    $project
  图册    $book
  报告    $out/reports/

在 QGIS 中打开：make run PROJECT=build/demo/$name.qgz
END
else
    cat <<END

Done in ${total} s.
$(figure pipes ROWS_WRITTEN) rows of pipes adopted, $(figure pipes ROWS_REJECTED) rejected; $(figure points ROWS_WRITTEN) points; $(figure failures ROWS_WRITTEN) failures, $(figure match MATCHED) of them matched to a pipe.
$(figure assess KM_RENEW_NOW) km to renew now, $(figure assess KM_PRIORITY) km priority; the plan funds $(figure plan FUNDED) projects, $(figure plan KM_FUNDED) km.

  network   $network
  project   $project
  map book  $book
  reports   $out/reports/

Open it in QGIS: make run PROJECT=build/demo/$name.qgz
END
fi
