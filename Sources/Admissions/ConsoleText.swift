/// A word of a command as it can be pasted into a shell: quoted where it has blanks or signs that a shell reads otherwise.
package func shellWord(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy { scalar in
        scalar.value >= 0x80
            ? !scalar.properties.isWhitespace
            : scalar.properties.isAlphabetic || "0123456789_-./:,+=@%".unicodeScalars.contains(scalar)
    }
    return isPlain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
}

/// The columns that a text takes on a terminal: characters of East Asian scripts take two.
package func consoleWidth(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x1100 ? 2 : 1) }
}
