import Foundation
import GRDB
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

    @Test("A full disk is told as one, whichever library meets it; an error that nobody knows is none of these")
    func fullDisk() {
        let full: [any Error] = [
            DatabaseError(resultCode: .SQLITE_FULL), CocoaError(.fileWriteOutOfSpace), POSIXError(.ENOSPC),
        ]
        for error in full { #expect(ServiceFault(of: error)?.code == "cannotStore") }
        #expect(ServiceFault(of: DatabaseError(resultCode: .SQLITE_CORRUPT)) == nil)
        #expect(ServiceFault(of: CancellationError()) == nil)
    }
}
