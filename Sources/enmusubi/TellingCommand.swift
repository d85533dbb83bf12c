import ArgumentParser
import Terminal

/// A command that tells what goes wrong on the console, and ends with its status.
protocol TellingCommand: ParsableCommand {
    var console: Console { get }
    func perform(_ console: Console) throws
}

extension TellingCommand {
    func run() throws {
        let console = console
        do { try perform(console) } catch let error as ValidationError {
            throw error
        } catch {
            throw ExitCode((error as? ExitStatus ?? console.status(telling: error)).rawValue)
        }
    }
}
