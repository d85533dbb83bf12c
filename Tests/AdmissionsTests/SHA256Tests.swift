import Admissions
import Testing

struct SHA256Tests {
    @Test(
        "The published vectors of FIPS 180-4 come out",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func publishedVectors(message: String, digest: String) {
        #expect(SHA256.digest(of: message.utf8).description == digest)
    }

    @Test("A million letters hash as published, however they are cut")
    func longMessage() {
        var hash = SHA256()
        for length in [1, 63, 64, 65, 999_807] { hash.update(repeatElement(UInt8(ascii: "a"), count: length)) }
        #expect(
            hash.finalize().description == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test("Messages of every length around the block size hash like the concatenation of their bytes")
    func lengthsAroundTheBlock() {
        for length in 50...130 {
            var hash = SHA256()
            for byte in 0..<length { hash.update(CollectionOfOne(UInt8(byte))) }
            #expect(hash.finalize() == SHA256.digest(of: (0..<length).map(UInt8.init)))
        }
    }
}
