import ArgumentParser

/// How a command ends; the numbers are a contract with the scripts that call it.
enum ExitStatus {
    static let acceptanceNeeded = ExitCode(2)
    static let notProved = ExitCode(3)
    static let faultFound = ExitCode(4)
    static let wrongUsage = ExitCode(64)
    static let badInput = ExitCode(65)
    static let programFault = ExitCode(70)
    static let cannotWrite = ExitCode(74)
    static let interrupted = ExitCode(130)
}
