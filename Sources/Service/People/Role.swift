import Admissions

/// What somebody is in the section. A person may have several roles.
public enum Role: String, CaseIterable, Sendable, Codable {
    case viewer, entry
    case operating = "operator"
    case approver, analyst, administrator

    public var phrase: Phrase {
        switch self {
        case .viewer: Phrase("閲覧", "viewer")
        case .entry: Phrase("入力", "data entry")
        case .operating: Phrase("実行", "operator")
        case .approver: Phrase("承認", "approver")
        case .analyst: Phrase("分析", "analyst")
        case .administrator: Phrase("管理", "administrator")
        }
    }
}

/// What a person may do or see. Every route asks for one of these, or for none where nobody needs to log in.
public enum Permission: String, CaseIterable, Sendable, Codable {
    /// Rounds with their state and sums, and views without ids.
    case seeRounds
    /// Records of children and households.
    case seeChildren
    /// Files of a round: upload, replace, map columns, correct cells.
    case editFiles
    /// Settings and points tables of a round.
    case editRules
    /// Accept a doubt by its code.
    case acceptDoubts
    /// Make a round, or the one of the following month.
    case makeRounds
    /// Start and stop trial runs, and hand one in as result.
    case run
    /// Set and remove a pin.
    case pin
    /// Review a result that was handed in.
    case review
    /// Approve a result, or withdraw an approval.
    case approve
    /// Publish an approved result.
    case publish
    /// Take files with records of children out of the service.
    case export
    /// Compare, calibrate, try policies.
    case analyse
    /// Invite people, change their roles, end their log-ins, make tokens.
    case managePeople
    /// Read the access log.
    case seeAccessLog

    /// The roles that have the permission: the one table of who may do what.
    public var roles: Set<Role> {
        switch self {
        case .seeRounds: Set(Role.allCases)
        case .seeChildren: [.viewer, .entry, .operating, .approver]
        case .editFiles: [.entry, .operating]
        case .editRules: [.operating]
        case .acceptDoubts: [.operating]
        case .makeRounds: [.entry, .operating]
        case .run: [.operating]
        case .pin: [.operating]
        case .review: [.operating, .approver]
        case .approve: [.approver]
        case .publish: [.operating, .approver]
        case .export: [.operating, .approver]
        case .analyse: [.analyst, .operating]
        case .managePeople: [.administrator]
        case .seeAccessLog: [.administrator]
        }
    }

    public var phrase: Phrase {
        switch self {
        case .seeRounds: Phrase("回の状況と集計を見る", "see rounds and their sums")
        case .seeChildren: Phrase("児童・世帯の記録を見る", "see records of children and households")
        case .editFiles: Phrase("ファイルを入れる・直す", "upload and correct files")
        case .editRules: Phrase("規則を変える", "change the rules")
        case .acceptDoubts: Phrase("確認の必要な点を承知する", "accept doubts")
        case .makeRounds: Phrase("回をつくる", "make rounds")
        case .run: Phrase("実行する・結果を提出する", "run and hand in")
        case .pin: Phrase("指定を付ける・外す", "set and remove pins")
        case .review: Phrase("結果を確認する", "review a result")
        case .approve: Phrase("承認する・承認を取り消す", "approve, or withdraw an approval")
        case .publish: Phrase("発表する", "publish")
        case .export: Phrase("児童の記録を持ち出す", "take records out")
        case .analyse: Phrase("比べる・試す", "compare and try")
        case .managePeople: Phrase("利用者を管理する", "manage people")
        case .seeAccessLog: Phrase("アクセス記録を見る", "read the access log")
        }
    }
}

/// Somebody who works with the service, as far as a visit needs to know.
public struct Person: Hashable, Sendable {
    public let id: Int64
    /// The name to log in with.
    public let login: String
    /// The name that signs.
    public let name: String
    public let roles: Set<Role>

    public func may(_ permission: Permission) -> Bool { !roles.isDisjoint(with: permission.roles) }
}
