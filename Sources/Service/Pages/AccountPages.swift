import Admissions
import Reports

/// What each person looks after: the own password and log-ins. Only whoever has logged in can, no program.
enum AccountPages {
    static let routes: [Route] = [
        .page("/account", .everybody) { visit in
            .page(page(visit, try await visit.office.accounts.logins(of: visit.actor.id)))
        },
        .form("/account/password", .everybody) { visit in
            let new = visit.fields["new"] ?? ""
            guard new == visit.fields["again"] else {
                throw ServiceFault.invalid(
                    "二つの新しいパスワードが違います。前のページに戻り、同じものを入力してください。パスワードは変わっていません。",
                    "The two new passwords differ. Go back and enter the same twice. The password was not changed.")
            }
            try await visit.office.accounts.changePassword(
                of: visit.actor, from: visit.fields["current"] ?? "", to: new, keeping: visit.login,
                address: visit.address)
            return .next("/account?changed=yes")
        },
        .form("/account/logins/:login/end", .everybody) { visit in
            guard let id = Int64(visit.parameter("login")) else { throw ServiceFault.notFound }
            try await visit.office.accounts.endLogin(id, of: visit.actor.id)
            return .next("/account")
        },
    ]

    private static func page(_ visit: Visit, _ logins: [LoginRow]) -> Markup {
        let rows = logins.map { login -> Markup in
            let end: Markup =
                login.id == visit.login?.id
                ? "<span class=\"tag good\">\(visit.say("この画面", "this one"))</span>"
                : """
                <form method="post" action="/account/logins/\(Int(login.id))/end" class="plain">\(Frame.token(visit))<button aria-label="\(visit.say("端末 \(login.address) のログインを終える", "End the log-in from \(login.address)"))">\(visit.say("終える", "End it"))</button></form>
                """
            return """
                <tr><td>\(login.address)</td><td>\(LocalClock.text(login.beganAt))</td><td>\(LocalClock.text(login.seenAt))</td><td>\(end)</td></tr>
                """
        }.joined()
        let done: Markup =
            visit.query["changed"] == "yes"
            ? "<p class=\"fine\" role=\"status\">\(visit.say("パスワードを変えました。ほかの端末のログインは終わりました。", "The password was changed. Log-ins on other terminals have ended."))</p>"
            : ""
        let password: Markup =
            visit.office.options.ssoHeader != nil
            ? "<p>\(visit.say("庁内の認証でログインしているため、このサービスのパスワードは使いません。", "The city's single sign-on logs you in; there is no password here."))</p>"
            : """
            <form method="post" action="/account/password">\(Frame.token(visit))
            <input type="hidden" name="username" autocomplete="username" value="\(visit.actor.login)">
            <label>\(visit.say("今のパスワード", "Present password")) <input name="current" type="password" autocomplete="current-password" required maxlength="\(Passwords.longest)"></label>
            <label>\(visit.say("新しいパスワード（\(Passwords.shortest)文字以上）", "New password (at least \(Passwords.shortest) characters)")) <input name="new" type="password" autocomplete="new-password" required minlength="\(Passwords.shortest)" maxlength="\(Passwords.longest)"></label>
            <label>\(visit.say("もう一度", "Once more")) <input name="again" type="password" autocomplete="new-password" required minlength="\(Passwords.shortest)" maxlength="\(Passwords.longest)"></label>
            <button class="main">\(visit.say("パスワードを変える", "Change the password"))</button></form>
            """
        return Frame.page(visit, title: Phrase("自分の設定", "Your account")) {
            """
            \(done)
            <dl class="facts"><dt>\(visit.say("氏名", "Name"))</dt><dd>\(visit.actor.name)</dd><dt>\(visit.say("ログイン名", "Log-in name"))</dt><dd>\(visit.actor.login)</dd><dt>\(visit.say("役割", "Roles"))</dt><dd>\(PeoplePages.tags(visit, Role.allCases.filter(visit.actor.roles.contains))) <a href="/people/permissions">\(visit.say("できること", "what they may do"))</a></dd></dl>
            <div class="two">
            <section><h2>\(visit.say("パスワード", "Password"))</h2>\(password)</section>
            <section><h2>\(visit.say("ログイン中の端末", "Where you are logged in"))</h2>
            <div class="scroll"><table><thead><tr><th scope="col">\(visit.say("端末", "Terminal"))</th><th scope="col">\(visit.say("ログイン", "Since"))</th><th scope="col">\(visit.say("最後の操作", "Last visit"))</th><th scope="col"><span class="unseen">\(visit.say("操作", "What to do"))</span></th></tr></thead><tbody>\(rows)</tbody></table></div>
            <p class="note">\(visit.say("身に覚えのないログインがあれば、終えてからパスワードを変え、管理者に知らせてください。", "If you do not know one of them, end it, change your password and tell the administrator."))</p></section>
            </div>
            """
        }
    }
}
