"""Names of columns as files have them that nobody made for us."""

# A word of SQL, quotes of both kinds, marks that end statements and cells, Chinese, the longest there may be,
# fields of ours that mean something else here, a name of the file's own, and names that differ by case.
NAMES = (
    "select",
    "order by",
    'a"b',
    "it's",
    "a;b",
    "管径（毫米）",
    "列" * 60,
    "x" * 200,
    "material",
    "fid_1",
    "row_version",
)
