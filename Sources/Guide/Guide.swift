/// The guide for staff, 手引き, as a page that needs nothing else: the pages of `docs/ja`, made by `scripts/guide`.
public enum Guide {
    /// The whole page, in UTF-8. It asks for nothing from a network.
    public static var html: [UInt8] {
        GuidePage.html.withUTF8Buffer { Array($0) } + [UInt8(ascii: "\n")]
    }
}
