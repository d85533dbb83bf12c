import Foundation
import GRDB
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import Service

@Suite("The access log")
struct AccessLogTests {
    private static func entry(_ number: Int) -> AccessLog.Entry {
        AccessLog.Entry(
            at: "2027-01-15T08:00:0\(number % 10)Z", who: "sato", address: "192.0.2.7", kind: "seen",
            what: "GET /rounds/1", round: "1", record: "C\(number)", status: 200)
    }

    /// A log of entries, closed so that its file can be altered.
    private static func file(_ count: Int, _ section: borrowing Section) async throws -> URL {
        for number in 1...count { try await section.office.log.write(entry(number)) }
        try await section.office.anchors.keepNewest(of: section.office.log)
        return section.home.appending(path: "access.sqlite")
    }

    @Test("A log that nobody altered is sound, and its newest hash is told")
    func sound() async throws {
        let section = try Section()
        let found = try AccessLog.verify(try await Self.file(5, section))
        #expect(found.faults.isEmpty)
        #expect(found.entries == 5 && found.anchors == 1 && found.newest.count == 64)
    }

    @Test(
        "Whatever is altered, left out, put in or cut off is found",
        arguments: [
            "UPDATE visit SET body = replace(body, 'C3', 'C9') WHERE number = 3",
            "UPDATE visit SET hash = previous WHERE number = 3",
            "DELETE FROM visit WHERE number = 1", "DELETE FROM visit WHERE number = 3",
            "DELETE FROM visit WHERE number > 3",
            "DELETE FROM visit",
            "INSERT INTO visit SELECT 6, previous, hash, body FROM visit WHERE number = 5",
            "UPDATE visit SET number = 99 WHERE number = 5", "SELECT 1",
        ])
    func altered(_ change: String) async throws {
        let section = try Section()
        let url = try await Self.file(5, section)
        try await DatabaseQueue(path: url.path).write { db in
            try db.execute(sql: "DROP TRIGGER visit_is_not_changed")
            try db.execute(sql: "DROP TRIGGER visit_is_not_deleted")
            try db.execute(sql: change)
            // The guards are put back as they were, but for one change, which is that they are not.
            if change != "SELECT 1" { for statement in AccessLog.schema { try db.execute(sql: statement) } }
        }
        #expect(try !AccessLog.verify(url).faults.isEmpty, "\(change)")
    }

    @Test("The guards of the table refuse changes")
    func guards() async throws {
        let section = try Section()
        let url = try await Self.file(2, section)
        for change in ["UPDATE visit SET body = '{}'", "DELETE FROM visit"] {
            await #expect(throws: DatabaseError.self) {
                try await DatabaseQueue(path: url.path).write { try $0.execute(sql: change) }
            }
        }
    }

    @Test("It says who saw whose record from where, and no secret")
    func content() async throws {
        let section = try Section()
        let person = try await section.person("admin", [.administrator])
        let (_, invitation) = try await section.office.accounts.invite(login: "ito", name: "伊藤", roles: [.viewer])
        let (cookie, token) = try await section.logIn(person)
        try await section.service.application().test(.router) { client in
            let joining = try await section.ask(
                client, .post, "/join/\(invitation)",
                body: "password=a+long+sentence+of+ito&again=a+long+sentence+of+ito")
            #expect(joining.status == .seeOther)
            _ = try await section.ask(
                client, .post, "/tokens", cookie: cookie, formToken: token, body: "name=core&roles=viewer")
            _ = try await section.ask(client, .get, "/access?record=C00012", cookie: cookie)
        }
        let rows = try await section.office.log.newest(100, of: .init())
        #expect(rows.map(\.entry.what) == ["GET /access", "POST /tokens", "POST /join/:secret"])
        let bytes = try Data(contentsOf: section.home.appending(path: "access.sqlite-wal"))
        for secret in [invitation, token, "sentence", cookie.split(separator: "=")[1]] as [any StringProtocol] {
            #expect(bytes.range(of: Data(String(secret).utf8)) == nil, "\(secret)")
        }
    }

    @Test("A search finds by person, record and round, and the export has no formula")
    func searching() async throws {
        let section = try Section()
        let person = try await section.person("admin", [.administrator])
        for number in 1...3 { try await section.office.log.write(Self.entry(number)) }
        var formula = Self.entry(4)
        formula.record = "=cmd|' /C calc'!A0"
        try await section.office.log.write(formula)
        let (cookie, _) = try await section.logIn(person)
        try await section.service.application().test(.router) { client in
            func count(_ query: String) async throws -> String {
                let response = try await section.ask(client, .get, "/api/v1/access?\(query)", cookie: cookie)
                return String(RouteTests.text(response).prefix { $0 != "," })
            }
            #expect(try await count("record=C2") == "{\"count\":1")
            #expect(try await count("who=sato&round=1&kind=seen&from=2027-01-01&to=2027-01-31") == "{\"count\":4")
            #expect(try await count("who=sato&to=2027-01-01") == "{\"count\":0")
            #expect(try await count("who=ito") == "{\"count\":0")
            // A page that is not there is the first; a day that is none is told, and not left out in silence.
            #expect(try await count("who=sato&page=7") == "{\"count\":4")
            for day in ["from=2027-02-30", "to=tomorrow", "to=2027-13-01"] {
                let refused = try await section.ask(client, .get, "/api/v1/access?\(day)", cookie: cookie)
                #expect(refused.status == .unprocessableContent, "\(day)")
            }
            let csv = try await section.ask(client, .get, "/access.csv?who=sato", cookie: cookie)
            #expect(Array(csv.body.readableBytesView.prefix(3)) == [0xEF, 0xBB, 0xBF])
            #expect(RouteTests.text(csv).contains(",\"'=cmd|' /C calc'!A0\","))
        }
    }

    @Test("A day that is searched is one of the city hall's clock, as the list shows its times")
    func days() async throws {
        let section = try Section()
        // Half past midnight in Japan.
        var entry = Self.entry(1)
        entry.at = "2027-03-31T15:30:00Z"
        try await section.office.log.write(entry)
        #expect(LocalClock.text(entry.at) == "2027-04-01 00:30")
        let begin = try #require(LocalClock.beginning(of: "2027-04-01"))
        let end = try #require(LocalClock.beginning(of: "2027-04-01", plus: 1))
        #expect(try await section.office.log.page(nil, of: .init(from: begin, to: end)).count == 1)
        #expect(try await section.office.log.page(nil, of: .init(to: begin)).count == 0)
        #expect(LocalClock.beginning(of: "2027-02-30") == nil)
    }
}
