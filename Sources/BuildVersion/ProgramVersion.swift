/// The version of this program and the commit that it was built from.
public enum ProgramVersion {
    /// The release, as in the changelog.
    public static let release = "0.2.0"
    /// The commit in 40 hexadecimal digits; `nil` in a build without a repository, such as of an archive of the sources.
    public static let commit = Commit.hash
    /// Whether the sources differed from the commit.
    public static let isModified = Commit.isModified

    /// The version for people: `0.2.0 (c8684ca…)` with the whole commit, and `-dirty` where the sources differed from it.
    public static let text = text(release, commit: commit, isModified: isModified)
    /// The version that a result records, with build metadata as in Semantic Versioning: `0.2.0+c8684ca`.
    public static let recorded = recorded(release, commit: commit, isModified: isModified)

    static func text(_ release: String, commit: String?, isModified: Bool) -> String {
        guard let commit else { return release }
        return "\(release) (\(commit)\(isModified ? "-dirty" : ""))"
    }

    static func recorded(_ release: String, commit: String?, isModified: Bool) -> String {
        guard let commit else { return release }
        return "\(release)+\(commit.prefix(7))\(isModified ? "-dirty" : "")"
    }
}
