import Admissions

extension City {
    /// A points table of some 120 rows as cities publish them: each parent's points, of which the lower counts, adjustments
    /// within bounds, and what counts at single wishes.
    ///
    /// Its amounts are those of no real city.
    static func pointsTable(siblingBonus: Int) -> PointsTable {
        PointsTable(parts: [
            PointsPart("father", rows: parentRows("father", "父"), combine: .max, when: [.attribute("father", .filled)]),
            PointsPart(
                "mother",
                rows: parentRows("mother", "母") + [
                    PointsRow(
                        name: "母 出産の前後", when: [.attribute("mother_due", .months(from: -2, to: 2))],
                        earns: .points(16))
                ], combine: .max, when: [.attribute("mother", .filled)]),
            PointsPart("base", of: ["father", "mother"], combine: .min),
            PointsPart("adjustments", rows: adjustments, floor: -4, cap: 10),
            PointsPart(
                "at_wish",
                rows: [
                    PointsRow(
                        name: "きょうだいが在園する施設", when: [.sameFacility], earns: .points(ExactNumber(siblingBonus))),
                    PointsRow(name: "きょうだいが同時に申し込む施設", when: [.siblingApplies], earns: .points(1)),
                    PointsRow(name: "住まいと同じ区の施設", when: [.livesIn("home_ward")], earns: .points(1)),
                    PointsRow(name: "第1希望", when: [.wishRank(.oneOf([1]))], earns: .points(1)),
                ]),
            PointsPart(PointsTable.total, of: ["base", "adjustments", "at_wish"]),
        ])
    }

    /// What a parent earns by its reason and, where the table looks at them, its hours.
    private static func parentRows(_ parent: String, _ title: String) -> [PointsRow] {
        let byHours: [(reason: Circumstances.Reason, steps: [(hours: Int, points: Int)])] = [
            (.employed, workSteps), (.atHome, workSteps.map { ($0.hours, $0.points - 1) }),
            (.promised, [(160, 15), (120, 12), (80, 9), (48, 6)]),
            (.studying, [(160, 16), (120, 13), (80, 10), (48, 7)]),
            (.caring, [(160, 18), (120, 15), (80, 12), (48, 9)]),
            (.piecework, [(80, 8), (48, 6)]),
        ]
        let others: [(reason: Circumstances.Reason, points: Int)] = [
            (.inHospital, 20), (.bedridden, 17), (.attending, 12), (.severeDisability, 20), (.mediumDisability, 16),
            (.lightDisability, 12), (.disaster, 20), (.seeking, 4),
        ]
        func isReason(_ reason: Circumstances.Reason) -> PointsCondition {
            .attribute(parent, .oneOf([reason.rawValue]))
        }
        return byHours.flatMap { reason, steps in
            steps.indices.map { step in
                let above = step > 0 ? KeyValue.number(ExactNumber(steps[step - 1].hours - 1)) : nil
                return PointsRow(
                    name: "\(title) \(reason.rawValue) 月\(steps[step].hours)時間以上",
                    when: [
                        isReason(reason),
                        .attribute(
                            "\(parent)_hours", .range(from: .number(ExactNumber(steps[step].hours)), to: above)),
                    ], earns: .points(ExactNumber(steps[step].points)))
            }
        }
            + others.map { reason, points in
                PointsRow(
                    name: "\(title) \(reason.rawValue)", when: [isReason(reason)], earns: .points(ExactNumber(points)))
            }
    }

    private static let workSteps: [(hours: Int, points: Int)] = [
        (160, 20), (150, 19), (140, 18), (130, 17), (120, 16), (110, 15), (100, 14), (90, 13), (80, 12),
        (72, 11), (64, 10), (56, 9), (48, 8),
    ]

    private static let adjustments: [PointsRow] = {
        func mark(_ name: String, _ column: String, _ points: Int) -> PointsRow {
            PointsRow(
                name: name, when: [.attribute(column, .oneOf(["yes"]))], earns: .points(ExactNumber(points)))
        }
        func counted(
            _ name: String, _ count: PointsCondition.Count, from: Int, _ points: Int, maxGroup: String? = nil
        ) -> PointsRow {
            PointsRow(
                name: name, when: [.count(count, .range(from: from, to: nil))], earns: .points(ExactNumber(points)),
                maxGroup: maxGroup)
        }
        func from(_ number: Int) -> PointsCondition.Test { .range(from: .number(ExactNumber(number)), to: nil) }
        let isSingle = PointsCondition.attribute("single_parent", .oneOf(["yes"]))
        return [
            PointsRow(name: "ひとり親", when: [isSingle], earns: .points(4), maxGroup: "ひとり親"),
            PointsRow(
                name: "ひとり親で就労等", when: [isSingle, .attribute("mother_hours", from(1))], earns: .points(6),
                maxGroup: "ひとり親"),
            PointsRow(
                name: "ひとり親で就労等(父)", when: [isSingle, .attribute("father_hours", from(1))], earns: .points(6),
                maxGroup: "ひとり親"),
            mark("生活保護", "welfare", 3), mark("生計中心者の失業", "lost_work", 2), mark("単身赴任", "lives_apart", 1),
            mark("同居の祖父母", "grandparents", -2), mark("保育士", "nursery_teacher", 4),
            mark("利用者負担額の滞納", "fee_arrears", -3), mark("夜勤", "night_shift", 1),
            mark("前回の内定を辞退", "declined_before", -2), mark("市外に居住", "lives_outside", -5),
            PointsRow(
                name: "育児休業から復帰", when: [.attribute("leave_ends", .months(from: -1, to: 1))], earns: .points(2)),
            PointsRow(
                name: "認可外施設を利用 月64時間以上", when: [.attribute("outside_hours", from(64))], earns: .points(2),
                maxGroup: "認可外"),
            PointsRow(
                name: "認可外施設を利用 月160時間以上", when: [.attribute("outside_hours", from(160))], earns: .points(3),
                maxGroup: "認可外"),
            counted("きょうだい1人と申込み", .siblingsApplying, from: 1, 1, maxGroup: "同時申込み"),
            counted("きょうだい2人以上と申込み", .siblingsApplying, from: 2, 2, maxGroup: "同時申込み"),
            counted("きょうだいが在園", .siblingsEnrolled, from: 1, 1),
            counted("未就学児3人以上", .underSchoolAge, from: 3, 1),
            counted("待機6か月以上", .monthsWaiting, from: 6, 1, maxGroup: "待機"),
            counted("待機12か月以上", .monthsWaiting, from: 12, 2, maxGroup: "待機"),
            PointsRow(
                name: "連携施設の卒園児", when: [.attribute("group", .oneOf(["partner-graduates"]))],
                earns: .points(ExactNumber(Residents.graduateBonus))),
            PointsRow(name: "要配慮", when: [.attribute("group", .oneOf(["support"]))], earns: .points(1)),
        ]
    }()
}
