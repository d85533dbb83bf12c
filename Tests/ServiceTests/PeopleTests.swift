import Testing

@testable import Service

@Suite("People")
struct PeopleTests {
    @Test("A password is recognised by its hash, and no other is")
    func passwords() throws {
        let stored = try Passwords.hash("a long sentence")
        #expect(try Passwords.isRight("a long sentence", for: stored))
        #expect(try !Passwords.isRight("a long sentence.", for: stored))
        #expect(try Passwords.hash("a long sentence") != stored)
    }

    @Test("Every permission is had by some role, and nobody who may run alone may approve")
    func permissions() {
        for permission in Permission.allCases { #expect(!permission.roles.isEmpty) }
        #expect(Permission.run.roles.isDisjoint(with: Permission.approve.roles))
    }
}
