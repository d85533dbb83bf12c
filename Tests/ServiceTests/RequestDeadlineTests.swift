import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import Service

/// What clients that are too slow come to, on a clock that the test moves.
@Suite("Slow clients")
struct RequestDeadlineTests {
    private static let head = HTTPRequestPart.head(.init(method: .post, scheme: "http", authority: "x", path: "/"))

    private static func channel() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: RequestDeadline())
        try channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    @Test("A connection without a whole head ends, and one with an answer may wait longer for the next")
    func heads() throws {
        let slow = try Self.channel()
        slow.embeddedEventLoop.advanceTime(by: RequestDeadline.firstHead - .seconds(1))
        #expect(slow.isActive)
        slow.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!slow.isActive)

        let kept = try Self.channel()
        try kept.writeInbound(Self.head)
        try kept.writeInbound(HTTPRequestPart.end(nil))
        // An answer may take its time.
        kept.embeddedEventLoop.advanceTime(by: .hours(1))
        #expect(kept.isActive)
        try kept.writeOutbound(HTTPResponsePart.end(nil))
        kept.embeddedEventLoop.advanceTime(by: RequestDeadline.head - .seconds(1))
        #expect(kept.isActive)
        kept.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!kept.isActive)
    }

    @Test("A body that comes byte by byte ends, however steadily, also after an early answer")
    func bodies() throws {
        for answersEarly in [false, true] {
            let channel = try Self.channel()
            try channel.writeInbound(Self.head)
            if answersEarly { try channel.writeOutbound(HTTPResponsePart.end(nil)) }
            for _ in 0..<599 {
                channel.embeddedEventLoop.advanceTime(by: .seconds(1))
                try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "a")))
            }
            #expect(channel.isActive)
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            #expect(!channel.isActive)
        }
    }
}
