import Admissions
import Foundation
import Hummingbird
import Reports

/// Joining, logging in and out, and the language of the pages.
enum LoginPages {
    static let routes: [Route] = [
        .page("/login", .anybody) { visit in
            visit.office.options.ssoHeader == nil ? .page(login(visit)) : .next("/")
        },
        .form("/login", .anybody) { visit in
            try refuseWithSingleSignOn(visit)
            let (_, secret) = try await visit.office.accounts.logIn(
                try visit.needed("login", Phrase("ログイン名", "the log-in name")),
                password: visit.fields["password"] ?? "", from: visit.address)
            return .next(ownPath(visit.fields["next"]), cookies: [cookie(secret, visit.office.options)])
        },
        .form("/logout", .everybody) { visit in
            if let login = visit.login { try await visit.office.accounts.end(login) }
            return .next("/login", cookies: [cookie("", visit.office.options, maxAge: 0)])
        },
        .form("/language", .anybody) { visit in
            guard let language = Language(rawValue: visit.fields["language"] ?? "") else { throw ServiceFault.notFound }
            let cookie = Cookie(
                name: "language", value: language.rawValue, maxAge: 31_536_000, path: "/",
                secure: visit.office.options.isSecure, httpOnly: true, sameSite: .strict)
            return .next(ownPath(visit.fields["back"]), cookies: [cookie])
        },
        .page("/join/:secret", .anybody) { visit in
            guard let person = try await visit.office.accounts.invited(by: visit.parameter("secret")) else {
                throw ServiceFault.invitationEnded
            }
            return .page(join(visit, person))
        },
        .form("/join/:secret", .anybody) { visit in
            try refuseWithSingleSignOn(visit)
            let password = visit.fields["password"] ?? ""
            guard password == visit.fields["again"] else {
                throw ServiceFault.invalid(
                    "二つのパスワードが違います。前のページに戻り、同じものを入力してください。",
                    "The two passwords differ. Go back and enter the same twice.")
            }
            let person = try await visit.office.accounts.join(visit.parameter("secret"), password: password)
            let secret = try await visit.office.accounts.begin(person, from: visit.address)
            return .next("/", cookies: [cookie(secret, visit.office.options)])
        },
    ]

    /// Where the city's single sign-on says who somebody is, no password does.
    private static func refuseWithSingleSignOn(_ visit: Visit) throws(ServiceFault) {
        if visit.office.options.ssoHeader == nil { return }
        throw ServiceFault(
            .forbidden, "singleSignOn",
            Phrase(
                "このサービスには庁内の認証でログインします。パスワードは使いません。",
                "The city's single sign-on logs you in; there are no passwords here."
            ))
    }

    /// A path of this service; anything else leads to the first page.
    static func ownPath(_ text: String?) -> String {
        guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.contains("\\"),
            text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7F })
        else { return "/" }
        return text
    }

    static func cookie(_ secret: String, _ options: ServiceOptions, maxAge: Int? = nil) -> Cookie {
        Cookie(
            name: Reception.cookieName(options), value: secret, maxAge: maxAge, path: "/", secure: options.isSecure,
            httpOnly: true, sameSite: .strict)
    }

    private static func login(_ visit: Visit) -> Markup {
        Frame.page(visit, title: Phrase("ログイン", "Log in")) {
            """
            <form method="post" action="/login" class="card narrow">
            <input type="hidden" name="next" value="\(ownPath(visit.query["next"]))">
            <label>\(visit.say("ログイン名", "Log-in name"))
            <input name="login" autocomplete="username" autocapitalize="none" required autofocus maxlength="40"></label>
            <label>\(visit.say("パスワード", "Password"))
            <input name="password" type="password" autocomplete="current-password" required maxlength="\(Passwords.longest)"></label>
            <button class="main">\(visit.say("ログイン", "Log in"))</button>
            <p class="note">\(visit.say("はじめての方は、管理者から届いた招待リンクを開いてください。", "If you are new, open the invitation that the administrator gave you."))</p>
            </form>
            """
        }
    }

    private static func join(_ visit: Visit, _ person: Person) -> Markup {
        Frame.page(visit, title: Phrase("パスワードを決める", "Choose a password")) {
            """
            <form method="post" action="\(visit.request.uri.path)" class="card narrow">
            <p>\(visit.say("\(person.name) さんのログイン名は ", "Welcome, \(person.name). Your log-in name is "))<b>\(person.login)</b>\(visit.say(" です。", "."))</p>
            <input type="hidden" name="username" autocomplete="username" value="\(person.login)">
            <label>\(visit.say("パスワード（\(Passwords.shortest)文字以上）", "Password (at least \(Passwords.shortest) characters)"))
            <input name="password" type="password" autocomplete="new-password" required minlength="\(Passwords.shortest)" maxlength="\(Passwords.longest)" autofocus></label>
            <label>\(visit.say("もう一度", "Once more"))
            <input name="again" type="password" autocomplete="new-password" required minlength="\(Passwords.shortest)" maxlength="\(Passwords.longest)"></label>
            <button class="main">\(visit.say("決めてログイン", "Set it and log in"))</button>
            <p class="note">\(visit.say("好きな文のように、長くて自分だけが知っているものが安全です。", "A long sentence that only you know is safe."))</p>
            </form>
            """
        }
    }
}
