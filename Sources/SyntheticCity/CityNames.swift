/// Invented names of wards, towns and facilities that look real.
enum CityNames {
    private static let familiarWards = ["緑区", "桜区", "港区", "若葉区", "旭区"]
    private static let firstHalves = [
        "桜", "緑", "青", "白", "若", "花", "松", "竹", "梅", "藤", "柳", "桐", "楓", "泉", "川", "池", "浜", "岡", "谷", "野", "大", "小",
        "上", "下", "中", "東", "西", "南", "北", "新", "元", "本", "高", "平", "長", "広", "富", "福", "朝", "月",
    ]
    private static let secondHalves = [
        "木", "葉", "原", "山", "川", "沢", "田", "野", "丘", "台", "浦", "島", "橋", "塚", "崎", "坂", "井", "森", "林", "里", "宮", "寺",
        "町", "戸", "瀬", "倉", "間", "部", "口", "根", "園", "畑", "場", "窪", "越", "岸", "尾", "内", "久保", "ケ谷",
    ]
    private static let stems = [
        "さくら", "ひまわり", "たんぽぽ", "すみれ", "もみじ", "こばと", "あおぞら", "ひかり", "わかば", "みどり", "つくし", "どんぐり", "にじ", "ほしのこ", "そよかぜ",
        "こすもす", "たいよう", "つばさ", "なかよし", "のぞみ", "はなみずき", "ひよこ", "ふたば", "まつぼっくり", "みつば", "めばえ", "ゆめ", "りんどう", "れんげ", "あさひ",
        "いずみ", "うぐいす", "えがお", "おひさま", "かえで", "きらり", "くるみ", "けやき", "こまどり", "しらゆり", "すずらん", "せせらぎ", "ちどり", "てんとうむし",
        "とちのき",
        "なでしこ", "はぐくみ", "ひばり", "ぽぷら", "やまびこ",
    ]

    /// Names of towns: pairs of syllables in a shuffled order. They repeat after 1,600.
    static func towns(count: Int, seed: UInt64) -> [String] {
        var pairs = Array(0..<firstHalves.count * secondHalves.count)
        var random = SeededRandom(seed: seed, .stations, 1)
        random.shuffle(&pairs)
        return (0..<count).map { index in
            let pair = pairs[index % pairs.count]
            return firstHalves[pair / secondHalves.count] + secondHalves[pair % secondHalves.count]
        }
    }

    /// Names of the wards with these centres, all different. The central ward and the outermost one in each direction are named
    /// after their position.
    static func wards(x: [Double], y: [Double], seed: UInt64) -> [String] {
        var names = [String?](repeating: nil, count: x.count)
        func name(_ text: String, _ score: (Int) -> Double) {
            var best: Int?
            for ward in names.indices where names[ward] == nil {
                if best.map({ score(ward) > score($0) }) ?? true { best = ward }
            }
            if let best { names[best] = text }
        }
        name("中央区") { -(x[$0] * x[$0] + y[$0] * y[$0]) }
        name("北区") { y[$0] }
        name("南区") { -y[$0] }
        name("東区") { x[$0] }
        name("西区") { -x[$0] }
        var others = otherWards(count: names.count { $0 == nil }, seed: seed).makeIterator()
        return names.map { $0 ?? others.next()! }
    }

    /// Names for the other wards: familiar names first, then pairs of syllables.
    private static func otherWards(count: Int, seed: UInt64) -> [String] {
        var pairs = Array(0..<firstHalves.count * secondHalves.count)
        var random = SeededRandom(seed: seed, .wards)
        random.shuffle(&pairs)
        return (0..<count).map { index in
            if index < familiarWards.count { return familiarWards[index] }
            let number = index - familiarWards.count
            let pair = pairs[number % pairs.count]
            let turn = number / pairs.count
            return firstHalves[pair / secondHalves.count] + secondHalves[pair % secondHalves.count]
                + (turn == 0 ? "" : "第\(turn + 1)") + "区"
        }
    }

    /// A name that is not in `used` yet; it is added there.
    static func facility(
        kind: FacilityKind, town: String, used: inout Set<String>, _ random: inout SeededRandom
    ) -> String {
        let suffix = kind.nameEndings[random.below(kind.nameEndings.count)]
        let stem = stems[random.below(stems.count)]
        let plain = stem + suffix
        if random.chance(0.5), used.insert(plain).inserted { return plain }
        let first = random.below(stems.count)
        for offset in 0..<stems.count {
            let name = town + stems[(first + offset) % stems.count] + suffix
            if used.insert(name).inserted { return name }
        }
        var number = 2
        while true {
            let name = "第\(number)\(town)\(stem)\(suffix)"
            if used.insert(name).inserted { return name }
            number += 1
        }
    }
}
