import Admissions
import Reports

/// The people of the section, for the administrator.
enum PeoplePages {
    static let routes: [Route] = []

    static let operations: [Operation] = [
        .query("listPeople", "/people", .managePeople, Phrase("利用者の一覧", "All people")) { visit in
            try await visit.office.accounts.people()
        },
        .change(
            "invitePerson", "/people", .managePeople, Phrase("利用者を招待する", "Invite somebody"),
            fields: [
                .init("login", "ログイン名", "log-in name"), .init("name", "氏名", "name"),
                .init("roles", "役割（コンマ区切り）", "roles, separated by commas"),
            ]
        ) { visit in
            let names = try visit.needed("roles", Phrase("役割", "the roles")).split(separator: ",")
            let roles = try names.map { name throws(ServiceFault) in
                guard let role = Role(rawValue: name.trimmingCharacters(in: .whitespaces)) else {
                    throw .invalid("役割「\(name)」はありません。", "There is no role \(name).")
                }
                return role
            }
            let (person, secret) = try await visit.office.accounts.invite(
                login: try visit.needed("login", Phrase("ログイン名", "the log-in name")),
                name: try visit.needed("name", Phrase("氏名", "the name")), roles: Set(roles))
            return .init(Invited(person: person, invitation: "/join/\(secret)"), next: "/people", status: .created)
        },
    ]

    struct Invited: Encodable, Sendable {
        let person: Int64
        /// The path of the invitation, which works once.
        let invitation: String
    }
}
