"""A made-up city whose files are its own: Japanese names, headers and words, in CP932, with columns that nobody reads."""

import csv

from program import rows, run

CHILDREN = {
    "child_id": "宛名番号", "household_id": "世帯番号", "birth_date": "生年月日", "due_date": "出産予定日",
    "age_class": "クラス", "current_facility_id": "在園施設番号", "group": "区分", "sibling_facility_ids": "きょうだい在園施設",
    "points": "指数合計",
}
FACILITIES = {"facility_id": "施設番号", "name": "施設名", "min_age_months": "月齢", "min_age_days": "日齢", "kind": "種別",
              "ward": "地域", "latitude": "緯度", "longitude": "経度"}
HOUSEHOLDS = {"household_id": "世帯", "timing": "同時入所の条件", "facility": "施設の条件", "lead_child_id": "先の子",
              "prefer_child_id": "優先の子"}
TIMING = {"independent": "別々でよい", "together": "同時入所のみ", "any": "どの子が先でもよい", "lead": "先に入所させる子",
          "elder": "上の子が先", "younger": "下の子が先"}
FILES = {"children": "申込児童.csv", "facilities": "施設一覧.csv", "households": "きょうだい.csv", "seat_limits": "枠.csv",
         "pins": "固定.csv", "declines": "辞退.csv", "withdrawals": "取下げ.csv", "new_children": "新規申込.csv"}
PROFILE = """
columns:
  files: {%s}
  children: {%s, wish_N: 第N希望, points_N: 第N希望加点, waiting_months: 待機月数}
  facilities: {%s, seats_N: N歳募集, unpublished: 非公表}
  households: {%s}
  declines: {date: 届出日, reason: 事由}
  withdrawals: {date: 届出日, reason: 事由}
  values:
    timing: {%s}
"""


def written(mapping):
    return ", ".join(f"{key}: {value}" for key, value in mapping.items())


def save(path, header, lines):
    """Writes a table as the city does."""
    with open(path, "w", encoding="cp932", newline="") as file:
        csv.writer(file).writerows([header, *lines])


def header(name):
    """The city's header of a standard column of the children's table."""
    if name in CHILDREN:
        return CHILDREN[name]
    kind, _, number = name.rpartition("_")
    return {"wish": f"第{number}希望", "points": f"第{number}希望加点"}.get(kind, name)


def make_city(standard, case, *options, settings=""):
    """Makes a city with the options of `generate` in the folder `standard`, and as files of its own in `case`.

    Gives the header of its children's table.
    """
    run("generate", standard, *options)
    case.mkdir(parents=True)
    table = rows(standard / "children.csv")
    names = list(table[0])
    children_header = ["備考欄", *map(header, names), "待機月数"]
    save(case / FILES["children"], children_header, (
        [f"覚え{index}", *row.values(), ""] for index, row in enumerate(table)))
    table = rows(standard / "facilities.csv")
    save(case / FILES["facilities"], [
        FACILITIES.get(name, f"{name[-1]}歳募集") for name in table[0]] + ["園の電話", "非公表"],
        ([*row.values(), "048-000", ""] for row in table))
    table = rows(standard / "households.csv")
    save(case / FILES["households"], [HOUSEHOLDS[name] for name in table[0]], (
        [TIMING.get(row["timing"], "") if name == "timing" else row[name] for name in row] for row in table))
    table = rows(standard / "seat_limits.csv")
    save(case / FILES["seat_limits"], table[0], (row.values() for row in table))
    save(case / FILES["pins"], ["宛名番号", "施設番号", "by", "reason"], [])
    text = (standard / "case.yaml").read_text(encoding="utf-8") + PROFILE % (
        written(FILES), written(CHILDREN), written(FACILITIES), written(HOUSEHOLDS),
        written({word: name for name, word in TIMING.items()})) + settings
    (case / "case.yaml").write_bytes(("# 縁結市\n" + text).replace("\n", "\r\n").encode("cp932"))
    return children_header
