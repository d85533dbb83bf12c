import NIOCore
import NIOHTTPTypes

/// Closes a connection whose client takes too long to send a whole request, however steadily it sends a byte now and then.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How long the head of a request may take, from the connection or the answer before; a browser keeps a connection open
    /// for the next request within this time.
    static let head = TimeAmount.seconds(75)
    /// How long the first head may take, for which nobody needs to be waited for.
    static let firstHead = TimeAmount.seconds(20)
    /// How long a whole body may take: the largest file over a slow line.
    static let body = TimeAmount.minutes(10)

    private var cut: Scheduled<Void>?
    private var isReceiving = false

    func handlerAdded(context: ChannelHandlerContext) { expect(within: Self.firstHead, context) }
    func handlerRemoved(context: ChannelHandlerContext) { cut?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        cut?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            isReceiving = true
            expect(within: Self.body, context)
        case .body: break
        case .end:
            isReceiving = false
            cut?.cancel()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data), !isReceiving { expect(within: Self.head, context) }
        context.write(data, promise: promise)
    }

    private func expect(within time: TimeAmount, _ context: ChannelHandlerContext) {
        cut?.cancel()
        let channel = context.channel
        cut = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
