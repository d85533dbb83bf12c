import CExpat

/// Takes the elements and the text of one XML part.
///
/// Every open element has a place, a number that the receiver chooses by the element's name and the place of its parent;
/// elements in place 0 are passed over with all that is in them.
class XMLReceiver {
    /// What the names of wanted elements begin with, the namespace; the first element says which of them holds.
    private let namespaces: [StaticString]
    private var namespace: StaticString?
    private var places: [UInt8]
    private var depth = 0
    private var parser: XML_Parser?
    /// Why the reading ended early, or `nil`.
    private var problem: WorkbookProblem?
    /// Bytes that the parser was given.
    private var parsed = 0

    /// The place of the document itself, in which the first element stands.
    static let document: UInt8 = 255

    /// - Parameter namespaces: What the names of elements may begin with: a namespace and the bar behind it.
    init(_ namespaces: [StaticString]) {
        self.namespaces = namespaces
        places = Array(repeating: 0, count: Limits.depth + 1)
        places[0] = Self.document
    }

    /// Called where an element of the namespace begins.
    ///
    /// - Parameters:
    ///   - name: The name without the namespace.
    ///   - attributes: The attributes; those with a prefix are named by their namespace, a bar and their name.
    ///   - parent: The place of the element around it, never 0.
    /// - Returns: The place of the element; 0 where nothing in it is wanted.
    func begin(_ name: XMLText, _ attributes: XMLAttributes, in parent: UInt8) throws(WorkbookProblem) -> UInt8 { 0 }

    /// Called with a piece of the text in the element of this place, never 0.
    func text(_ piece: UnsafeBufferPointer<UInt8>, in place: UInt8) throws(WorkbookProblem) {}

    /// Called where the element of this place ends, never 0.
    func end(_ place: UInt8) throws(WorkbookProblem) {}

    /// Reads a part. O(bytes).
    ///
    /// - Parameters:
    ///   - part: The part.
    ///   - archive: The container that has it.
    final func read(_ part: Archive.Part, of archive: Archive) throws(WorkbookProblem) {
        guard let parser = XML_ParserCreateNS(nil, XML_Char(UInt8(ascii: "|"))) else { throw .damaged(.xml) }
        defer { XML_ParserFree(parser) }
        self.parser = parser
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            parser,
            { user, name, attributes in XMLReceiver.of(user).begin(name.unsafelyUnwrapped, attributes.unsafelyUnwrapped)
            },
            { user, _ in XMLReceiver.of(user).end() })
        XML_SetCharacterDataHandler(parser) { user, start, count in
            XMLReceiver.of(user).text(start.unsafelyUnwrapped, Int(count))
        }
        // Entities can only be declared in a document type, which no workbook has.
        XML_SetStartDoctypeDeclHandler(parser) { user, _, _, _, _ in XMLReceiver.of(user).stop(.damaged(.doctype)) }
        try archive.read(part) { piece in
            do throws(WorkbookProblem) { try take(piece.bindMemory(to: UInt8.self)) } catch { stop(error) }
            return problem == nil
        }
        if problem == nil {
            do throws(WorkbookProblem) { try finish() } catch { stop(error) }
        }
        if let problem { throw problem }
    }

    /// Takes the next bytes of the part; a subclass may keep some of them from the parser.
    func take(_ piece: UnsafeBufferPointer<UInt8>) throws(WorkbookProblem) { parse(piece) }

    /// Ends the part.
    func finish() throws(WorkbookProblem) {
        if XML_Parse(parser, nil, 0, 1) != XML_STATUS_OK { stop(.damaged(.xml)) }
    }

    /// Lets the parser read the next bytes.
    final func parse(_ piece: UnsafeBufferPointer<UInt8>) {
        guard problem == nil, let start = piece.baseAddress else { return }
        let isSound = XML_Parse(
            parser, UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self), Int32(piece.count), 0)
        parsed += piece.count
        if isSound != XML_STATUS_OK { return stop(.damaged(.xml)) }
        // What is not parsed yet is kept until its end comes.
        if parsed - Int(XML_GetCurrentByteIndex(parser)) > Limits.tagBytes { stop(.tooLarge(.tag)) }
    }

    /// The place of the innermost open element.
    final var place: UInt8 { places[depth] }

    final var isStopped: Bool { problem != nil }

    private static func of(_ user: UnsafeMutableRawPointer?) -> XMLReceiver {
        Unmanaged<XMLReceiver>.fromOpaque(user.unsafelyUnwrapped).takeUnretainedValue()
    }

    private func stop(_ problem: WorkbookProblem) {
        if self.problem == nil { self.problem = problem }
        XML_StopParser(parser, XML_Bool(XML_FALSE))
    }

    private func begin(_ name: UnsafePointer<CChar>, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>) {
        guard problem == nil else { return }
        guard depth < Limits.depth else { return stop(.damaged(.depth)) }
        let parent = places[depth]
        depth += 1
        places[depth] = 0
        guard parent != 0 else { return }
        let name = XMLText(start: name)
        if namespace == nil { namespace = namespaces.first(where: name.begins(with:)) }
        guard let namespace, name.begins(with: namespace) else { return }
        do throws(WorkbookProblem) {
            places[depth] = try begin(
                name.dropping(namespace.utf8CodeUnitCount), XMLAttributes(start: attributes), in: parent)
        } catch { stop(error) }
    }

    private func end() {
        guard problem == nil else { return }
        let place = places[depth]
        depth -= 1
        guard place != 0 else { return }
        do throws(WorkbookProblem) { try end(place) } catch { stop(error) }
    }

    private func text(_ start: UnsafePointer<CChar>, _ count: Int) {
        let place = places[depth]
        guard place != 0, problem == nil else { return }
        do throws(WorkbookProblem) {
            let bytes = UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self)
            try text(UnsafeBufferPointer(start: bytes, count: count), in: place)
        } catch { stop(error) }
    }
}

/// A name or a value of XML, as the parser holds it: UTF-8 with a zero behind it, valid while the parser's call lasts.
struct XMLText {
    fileprivate let start: UnsafePointer<CChar>

    var string: String { String(cString: start) }

    /// The bytes.
    var bytes: UnsafeBufferPointer<UInt8> {
        var count = 0
        while start[count] != 0 { count += 1 }
        return UnsafeBufferPointer(start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: count)
    }

    /// The text as a name, which is short in every workbook and stays in memory.
    func name() throws(WorkbookProblem) -> String {
        guard bytes.count <= Limits.nameBytes else { throw .tooLarge(.name) }
        return string
    }

    /// The byte at an offset that is not behind the zero.
    subscript(offset: Int) -> UInt8 { UInt8(bitPattern: start[offset]) }

    @inline(__always)
    func begins(with text: StaticString) -> Bool {
        // The zero behind the bytes differs from every byte of the text.
        for offset in 0..<text.utf8CodeUnitCount where self[offset] != text.utf8Start[offset] { return false }
        return true
    }

    func dropping(_ count: Int) -> XMLText { XMLText(start: start + count) }

    @inline(__always)
    static func == (one: XMLText, other: StaticString) -> Bool {
        one.begins(with: other) && one[other.utf8CodeUnitCount] == 0
    }

    @inline(__always)
    static func ~= (pattern: StaticString, text: XMLText) -> Bool { text == pattern }

    /// The number that these digits are; `nil` where it is none, negative, or has more than nine digits.
    var count: Int? {
        var number = 0
        var offset = 0
        while self[offset] != 0 {
            guard (48...57).contains(self[offset]), offset < 9 else { return nil }
            number = number * 10 + Int(self[offset] - 48)
            offset += 1
        }
        return offset == 0 ? nil : number
    }

    /// Whether the text is a length of 0, such as `0cm`.
    var isNoLength: Bool { NumberText.isZero(bytes.prefix { !(97...122).contains($0) }) }

    /// Whether the text says yes, as booleans of XML do.
    var isTrue: Bool { self == "1" || self == "true" || self == "on" }
}

/// The attributes of an element, valid while the parser's call lasts.
struct XMLAttributes: Sequence, IteratorProtocol {
    fileprivate var start: UnsafeMutablePointer<UnsafePointer<CChar>?>

    mutating func next() -> (name: XMLText, value: XMLText)? {
        guard let name = start[0], let value = start[1] else { return nil }
        start += 2
        return (XMLText(start: name), XMLText(start: value))
    }

    /// The value of the attribute of this name, or `nil`.
    subscript(name: StaticString) -> XMLText? { first { $0.name == name }?.value }
}
