import Admissions
import Foundation
import Reports

/// The people of the section, their tokens and its settings, for the administrator.
enum PeoplePages {
    static let routes: [Route] = [
        .page("/people", .with(.managePeople)) { visit in
            .page(
                list(
                    visit, try await visit.office.accounts.people(), try await visit.office.accounts.tokens(),
                    try await visit.office.settings.values()))
        },
        .page("/people/permissions", .everybody) { visit in .page(permissions(visit)) },
        .page("/people/:person", .with(.managePeople)) { visit in
            let row = try await row(visit)
            return .page(person(visit, row, try await visit.office.accounts.logins(of: row.id)))
        },
    ]

    static let operations: [Operation] = [
        .query("listPeople", "/people", .managePeople, Phrase("利用者の一覧", "All people")) { visit in
            try await visit.office.accounts.people()
        },
        .change(
            "invitePerson", "/people", .managePeople, Phrase("利用者を招待する", "Invite somebody"),
            fields: [.init("login", "ログイン名", "log-in name"), .init("name", "氏名", "name"), rolesField]
        ) { visit in
            let name = try visit.needed("name", Phrase("氏名", "the name"))
            let (person, secret) = try await visit.office.accounts.invite(
                login: try visit.needed("login", Phrase("ログイン名", "the log-in name")), name: name,
                roles: try roles(visit))
            return .init(invited(visit, person, name, secret), next: "/people", status: .created)
        },
        .change(
            "inviteAgain", "/people/:person/invitation", .managePeople,
            Phrase("招待し直す（今のパスワードとログインは終わる）", "Invite again; the password and all log-ins end")
        ) { visit in
            let row = try await row(visit)
            let secret = try await visit.office.accounts.inviteAgain(row.id)
            return .init(invited(visit, row.id, row.name, secret), next: "/people", status: .created)
        },
        .change(
            "changeRoles", "/people/:person/roles", .managePeople, Phrase("役割を変える", "Change somebody's roles"),
            fields: [rolesField]
        ) { visit in
            let id = try await row(visit).id
            try await visit.office.accounts.change(id, roles: try roles(visit), isActive: nil)
            return .init(try await row(visit), next: "/people/\(id)")
        },
        .change(
            "setActive", "/people/:person/active", .managePeople,
            Phrase("利用を止める・再び認める", "Deactivate somebody, or let them in again"),
            fields: [.init("active", "true または false", "true or false", values: ["true", "false"])]
        ) { visit in
            let id = try await row(visit).id
            try await visit.office.accounts.change(id, roles: nil, isActive: try flag(visit, "active"))
            return .init(try await row(visit), next: "/people/\(id)")
        },
        .change(
            "endLogins", "/people/:person/logins/end", .managePeople,
            Phrase("利用者のログインをすべて終える", "End all log-ins of somebody")
        ) { visit in
            let id = try await row(visit).id
            try await visit.office.accounts.endLogins(of: id)
            return .init(try await row(visit), next: "/people/\(id)")
        },
        .query("listTokens", "/tokens", .managePeople, Phrase("トークンの一覧", "All tokens of the API")) { visit in
            try await visit.office.accounts.tokens()
        },
        .change(
            "makeToken", "/tokens", .managePeople, Phrase("プログラム用のトークンをつくる", "Make a token for a program"),
            fields: [.init("name", "何のためのトークンか", "what the token is for"), rolesField]
        ) { visit in
            let name = try visit.needed("name", Phrase("トークンの名前", "the token's name"))
            let (id, secret) = try await visit.office.accounts.makeToken(
                name, roles: try roles(visit), by: visit.actor)
            visit.office.notes.leave(.init(kind: .token, name: name, secret: secret), for: visit.login)
            return .init(MadeToken(id: id, token: secret), next: "/people", status: .created)
        },
        .change(
            "endToken", "/tokens/:token/end", .managePeople, Phrase("トークンを無効にする", "End a token")
        ) { visit in
            guard let id = Int64(visit.parameter("token")) else { throw ServiceFault.notFound }
            try await visit.office.accounts.endToken(id)
            return .init(try await visit.office.accounts.tokens().first { $0.id == id }, next: "/people")
        },
        .query("sectionSettings", "/settings", .managePeople, Phrase("係の設定", "The section's settings")) { visit in
            try await visit.office.settings.values()
        },
        .change(
            "changeSectionSettings", "/settings", .managePeople, Phrase("係の設定を変える", "Change the section's settings"),
            fields: [
                .init(
                    "needsTwoPeople", "提出した人は承認できない（true または false）",
                    "whether whoever handed a result in may not approve it", values: ["true", "false"]),
                .init("idleMinutes", "自動ログアウトまでの分", "minutes without a visit after which a log-in ends"),
            ]
        ) { visit in
            let text = try visit.needed("idleMinutes", Phrase("自動ログアウトまでの時間", "the minutes"))
            try await visit.office.settings.set(
                .init(needsTwoPeople: try flag(visit, "needsTwoPeople"), idleMinutes: Int(text) ?? 0))
            return .init(try await visit.office.settings.values(), next: "/people")
        },
        .query(
            "listPermissions", "/permissions", .seeRounds, Phrase("できることと役割の表", "Who may do what")
        ) { _ in
            Permission.allCases.map { permission in
                PermissionRow(
                    permission: permission, japanese: permission.phrase.japanese, english: permission.phrase.english,
                    roles: Role.allCases.filter(permission.roles.contains))
            }
        },
    ]

    private static let rolesField = Operation.Field("roles", "役割（コンマ区切り）", "roles, separated by commas")

    struct Invited: Encodable, Sendable {
        let person: Int64
        /// The path of the invitation, which works once.
        let invitation: String
        let endsAt: String
    }

    struct MadeToken: Encodable, Sendable {
        let id: Int64
        /// Shown this once.
        let token: String
    }

    struct PermissionRow: Encodable, Sendable {
        let permission: Permission
        let japanese: String
        let english: String
        let roles: [Role]
    }

    // MARK: Reading

    private static func row(_ visit: Visit) async throws -> PersonRow {
        guard let id = Int64(visit.parameter("person")),
            let row = try await visit.office.accounts.people().first(where: { $0.id == id })
        else { throw ServiceFault.notFound }
        return row
    }

    private static func roles(_ visit: Visit) throws(ServiceFault) -> Set<Role> {
        var roles: Set<Role> = []
        for name in try visit.needed("roles", Phrase("役割", "the roles")).split(separator: ",") {
            let name = name.trimmingCharacters(in: .whitespaces)
            guard let role = Role(rawValue: name) else {
                throw .invalid(
                    "役割「\(name)」はありません。\(Role.allCases.map(\.rawValue).joined(separator: "、")) から選んでください。",
                    "There is no role \(name). Choose of \(Role.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            roles.insert(role)
        }
        return roles
    }

    private static func flag(_ visit: Visit, _ name: String) throws(ServiceFault) -> Bool {
        switch visit.fields[name] {
        case "true": return true
        case "false": return false
        default:
            throw .invalid(
                "「\(name)」には true か false を指定してください。何も変わっていません。", "\(name) is true or false. Nothing was changed.")
        }
    }

    private static func invited(_ visit: Visit, _ person: Int64, _ name: String, _ secret: String) -> Invited {
        let endsAt = Store.text(visit.office.store.now().addingTimeInterval(Accounts.invitationHours * 3600))
        visit.office.notes.leave(
            .init(kind: .invitation, name: name, secret: "/join/\(secret)", endsAt: endsAt), for: visit.login)
        return Invited(person: person, invitation: "/join/\(secret)", endsAt: endsAt)
    }

    // MARK: Pages

    private static func list(
        _ visit: Visit, _ people: [PersonRow], _ tokens: [TokenRow], _ settings: SectionSettings.Values
    ) -> Markup {
        let rows = people.map { row -> Markup in
            """
            <tr><th scope="row"><a href="/people/\(Int(row.id))">\(row.name)</a></th><td>\(row.login)</td><td>\(tags(visit, row.roles))</td><td>\(state(visit, row))</td><td class="n">\(row.openLogins)</td></tr>
            """
        }.joined()
        return Frame.page(visit, title: Phrase("利用者", "People"), scripts: [Assets.people]) {
            """
            \(note(visit))
            <section><h2>\(visit.say("利用者の一覧", "All people"))</h2>
            <div class="scroll" tabindex="0" role="region" aria-label="\(visit.say("利用者の一覧", "All people"))"><table><thead><tr><th scope="col">\(visit.say("氏名", "Name"))</th><th scope="col">\(visit.say("ログイン名", "Log-in name"))</th><th scope="col">\(visit.say("役割", "Roles"))</th><th scope="col">\(visit.say("状態", "State"))</th><th scope="col" class="n">\(visit.say("ログイン中", "Open log-ins"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            <p class="note">\(visit.say("氏名を選ぶと、役割の変更、招待のやり直し、利用の停止ができます。", "Choose a name to change roles, invite again or deactivate."))
            <a href="/people/permissions">\(visit.say("どの役割で何ができるか", "What each role may do"))</a></p></section>
            <div class="two">
            <section><h2>\(visit.say("招待する", "Invite somebody"))</h2>
            <form method="post" action="/people">\(Frame.token(visit))
            <label>\(visit.say("氏名（承認などの署名に使います）", "Name, which signs")) <input name="name" required maxlength="60" autocomplete="off"></label>
            <label>\(visit.say("ログイン名", "Log-in name")) <small>\(visit.say("半角の英小文字・数字・「.」「_」「-」。あとから変えられません", "Small letters, digits, dots, hyphens, underscores; it cannot be changed later"))</small><input name="login" required maxlength="40" pattern="[A-Za-z0-9._\\-]+" autocapitalize="none" autocomplete="off" spellcheck="false"></label>
            \(roleBoxes(visit, []))
            <button class="main">\(visit.say("招待リンクをつくる", "Make an invitation"))</button></form></section>
            <section><h2>\(visit.say("係の設定", "Settings of the section"))</h2>
            <form method="post" action="/settings">\(Frame.token(visit))
            <fieldset><legend>\(visit.say("実行と承認", "Running and approving"))</legend>
            <label class="check"><input type="radio" name="needsTwoPeople" value="true"\(checked(settings.needsTwoPeople))><span>\(visit.say("二人で行う。結果を提出した人は承認できません", "By two people: whoever handed a result in may not approve it"))</span></label>
            <label class="check"><input type="radio" name="needsTwoPeople" value="false"\(checked(!settings.needsTwoPeople))><span>\(visit.say("一人でもよい。提出した人も承認できます（台帳ができたあとに変えても、確認した人は承認できません）", "One person may do both; once there is a ledger that asks for two people, whoever reviewed still may not approve"))</span></label></fieldset>
            <label>\(visit.say("操作がないときに自動でログアウトするまでの時間（分）", "Minutes without a visit after which a log-in ends"))
            <input type="number" name="idleMinutes" required min="\(SectionSettings.idleRange.lowerBound)" max="\(SectionSettings.idleRange.upperBound)" value="\(settings.idleMinutes)"></label>
            <button>\(visit.say("保存する", "Save"))</button></form></section>
            </div>
            \(tokenSection(visit, tokens))
            """
        }
    }

    /// The secret that was made by the form before, shown this once.
    private static func note(_ visit: Visit) -> Markup {
        guard let note = visit.office.notes.take(for: visit.login) else { return "" }
        let text: String
        let words: String
        switch note.kind {
        case .invitation:
            let place = visit.request.head.authority ?? visit.office.options.host
            text = "\(visit.office.options.isSecure ? "https" : "http")://\(place)\(note.secret)"
            let until = note.endsAt.map { LocalClock.text($0) } ?? ""
            words = visit.say(
                "\(note.name)さんの招待リンクです。\(until) まで、一度だけ使えます。本人だけに渡してください。この画面を離れると、二度と表示されません。",
                "This is the invitation of \(note.name). It works once, until \(until). Give it to nobody else. It is not shown again."
            )
        case .token:
            text = note.secret
            words = visit.say(
                "トークン「\(note.name)」です。プログラムの設定に写してください。この画面を離れると、二度と表示されません。",
                "This is the token “\(note.name)”. Copy it into the program's settings. It is not shown again.")
        }
        return """
            <div class="fine secret" role="status"><label for="secret">\(words)</label>
            <div class="actions"><input id="secret" class="code" readonly value="\(text)"><button type="button" data-copy="secret" hidden>\(visit.say("コピー", "Copy"))</button><span role="status" data-copied hidden>\(visit.say("コピーしました", "Copied"))</span></div></div>
            """
    }

    private static func tokenSection(_ visit: Visit, _ tokens: [TokenRow]) -> Markup {
        let rows = tokens.map { token -> Markup in
            let end: Markup =
                token.endedAt.map {
                    "<span class=\"tag\">\(visit.say("終了", "ended"))</span> \(LocalClock.text($0))"
                } ?? """
                    <form method="post" action="/tokens/\(Int(token.id))/end" class="plain">\(Frame.token(visit))<button class="danger" aria-label="\(visit.say("トークン「\(token.name)」を無効にする", "End the token \(token.name)"))">\(visit.say("無効にする", "End it"))</button></form>
                    """
            return """
                <tr><th scope="row">\(token.name)</th><td>\(tags(visit, token.roles))</td><td>\(token.madeBy)<br><small>\(LocalClock.text(token.madeAt))</small></td><td>\(end)</td></tr>
                """
        }.joined()
        let table: Markup =
            tokens.isEmpty
            ? "<p>\(visit.say("トークンはまだありません。ほかのシステムからこのサービスを使うときにつくります。", "There are no tokens yet. Make one for a program that is to use the service."))</p>"
            : """
            <div class="scroll" tabindex="0" role="region" aria-label="\(visit.say("トークン", "Tokens"))"><table><thead><tr><th scope="col">\(visit.say("名前", "Name"))</th><th scope="col">\(visit.say("役割", "Roles"))</th><th scope="col">\(visit.say("つくった人", "Made by"))</th><th scope="col">\(visit.say("状態", "State"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
        return """
            <section><h2>\(visit.say("プログラム用のトークン", "Tokens for programs"))</h2>
            \(table)
            <details><summary>\(visit.say("トークンをつくる", "Make a token"))</summary>
            <form method="post" action="/tokens">\(Frame.token(visit))
            <label>\(visit.say("何のためのトークンか（例: 基幹システムへの連携）", "What it is for")) <input name="name" required maxlength="60" autocomplete="off"></label>
            \(roleBoxes(visit, []))
            <button>\(visit.say("つくる", "Make it"))</button></form></details>
            <p class="note"><a href="/api">\(visit.say("API の説明", "About the API"))</a></p></section>
            """
    }

    private static func person(_ visit: Visit, _ row: PersonRow, _ logins: [LoginRow]) -> Markup {
        let path = "/people/\(row.id)"
        let rows = logins.map { login -> Markup in
            "<tr><td>\(login.address)</td><td>\(LocalClock.text(login.beganAt))</td><td>\(LocalClock.text(login.seenAt))</td></tr>"
        }.joined()
        let list: Markup =
            logins.isEmpty
            ? "<p>\(visit.say("いまログインしていません。", "There is no open log-in."))</p>"
            : """
            <div class="scroll"><table><thead><tr><th scope="col">\(visit.say("端末", "Terminal"))</th><th scope="col">\(visit.say("ログイン", "Since"))</th><th scope="col">\(visit.say("最後の操作", "Last visit"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            <form method="post" action="\(path)/logins/end" class="actions">\(Frame.token(visit))<button>\(visit.say("ログインをすべて終える", "End all log-ins"))</button></form>
            """
        let active: Markup =
            row.isActive
            ? """
            <p>\(visit.say("利用を止めると、すぐにログアウトになり、再び認めるまでログインできません。記録は残ります。", "Deactivating logs the person out at once, until you let them in again. What they did stays on record."))</p>
            <form method="post" action="\(path)/active">\(Frame.token(visit))<input type="hidden" name="active" value="false"><button class="danger">\(visit.say("利用を止める", "Deactivate"))</button></form>
            """
            : """
            <form method="post" action="\(path)/active">\(Frame.token(visit))<input type="hidden" name="active" value="true"><button>\(visit.say("再び利用を認める", "Let them in again"))</button></form>
            """
        return Frame.page(visit, title: Phrase(row.name, row.name)) {
            """
            <dl class="facts"><dt>\(visit.say("ログイン名", "Log-in name"))</dt><dd>\(row.login)</dd><dt>\(visit.say("役割", "Roles"))</dt><dd>\(tags(visit, row.roles))</dd><dt>\(visit.say("状態", "State"))</dt><dd>\(state(visit, row))</dd></dl>
            <div class="two">
            <section><h2>\(visit.say("役割を変える", "Change the roles"))</h2>
            <form method="post" action="\(path)/roles">\(Frame.token(visit))\(roleBoxes(visit, row.roles))
            <p class="note">\(visit.say("変えると、この人のログインはすべて終わります。", "All log-ins of the person end."))</p>
            <button class="main">\(visit.say("役割を変える", "Change the roles"))</button></form></section>
            <div>
            <section><h2>\(visit.say("開いているログイン", "Open log-ins"))</h2>\(list)</section>
            <section><h2>\(visit.say("招待し直す", "Invite again"))</h2>
            <p>\(visit.say("パスワードを忘れたときや、リンクの期限が切れたときに使います。今のパスワードとログインは使えなくなります。", "For somebody who forgot the password, or whose invitation has ended. The present password and all log-ins end."))</p>
            <form method="post" action="\(path)/invitation">\(Frame.token(visit))<button>\(visit.say("新しい招待リンクをつくる", "Make a new invitation"))</button></form></section>
            <section><h2>\(row.isActive ? visit.say("利用を止める", "Deactivate") : visit.say("利用を認める", "Let them in"))</h2>\(active)</section>
            </div></div>
            <p><a href="/people">\(visit.say("利用者の一覧へ戻る", "Back to all people"))</a></p>
            """
        }
    }

    private static func permissions(_ visit: Visit) -> Markup {
        let head = Role.allCases.map { role -> Markup in
            "<th scope=\"col\" class=\"mark\">\(visit.say(role.phrase))</th>"
        }.joined()
        let rows = Permission.allCases.map { permission -> Markup in
            let cells = Role.allCases.map { role -> Markup in
                permission.roles.contains(role)
                    ? "<td class=\"mark\"><span aria-hidden=\"true\">○</span><span class=\"unseen\">\(visit.say("できる", "yes"))</span></td>"
                    : "<td class=\"mark\"><span class=\"unseen\">\(visit.say("できない", "no"))</span></td>"
            }.joined()
            return "<tr><th scope=\"row\">\(visit.say(permission.phrase))</th>\(cells)</tr>"
        }.joined()
        return Frame.page(visit, title: Phrase("役割とできること", "What each role may do")) {
            """
            <p>\(visit.say("一人が複数の役割をもつことができます。役割は管理者が決めます。", "A person may have several roles. The administrator gives them."))</p>
            <div class="scroll" tabindex="0" role="region" aria-label="\(visit.say("役割とできること", "What each role may do"))"><table class="permissions"><thead><tr><th scope="col">\(visit.say("できること", "May"))</th>\(head)</tr></thead><tbody>\(rows)</tbody></table></div>
            """
        }
    }

    // MARK: Pieces

    private static func checked(_ isChecked: Bool) -> Markup { isChecked ? " checked" : "" }

    static func tags(_ visit: Visit, _ roles: [Role]) -> Markup {
        roles.map { "<span class=\"tag\">\(visit.say($0.phrase))</span>" as Markup }.joined(separator: " ")
    }

    private static func state(_ visit: Visit, _ row: PersonRow) -> Markup {
        if !row.isActive { return "<span class=\"tag held\">\(visit.say("停止中", "deactivated"))</span>" }
        return row.hasJoined
            ? "<span class=\"tag good\">\(visit.say("利用中", "active"))</span>"
            : "<span class=\"tag wait\">\(visit.say("招待中", "invited"))</span>"
    }

    private static func roleBoxes(_ visit: Visit, _ chosen: [Role]) -> Markup {
        let boxes = Role.allCases.map { role -> Markup in
            """
            <label class="check"><input type="checkbox" name="roles" value="\(role.rawValue)"\(checked(chosen.contains(role)))><span><b>\(visit.say(role.phrase))</b> <small>\(visit.say(role.meaning))</small></span></label>
            """
        }.joined()
        return "<fieldset><legend>\(visit.say("役割（一つ以上）", "Roles (at least one)"))</legend>\(boxes)</fieldset>"
    }
}

extension Role {
    /// What a role is for, beside its name.
    var meaning: Phrase {
        switch self {
        case .viewer: Phrase("児童の記録と結果を見る", "sees records of children and results")
        case .entry: Phrase("ファイルを入れ、直す", "uploads and corrects files")
        case .operating: Phrase("規則を整え、実行し、結果を提出する", "keeps the rules, runs and hands results in")
        case .approver: Phrase("結果を確かめ、承認する", "reviews and approves results")
        case .analyst: Phrase("個人の記録を見ずに、比べて試す", "compares and tries, without records of persons")
        case .administrator: Phrase("利用者とアクセス記録を扱う", "looks after people and the access log")
        }
    }
}
