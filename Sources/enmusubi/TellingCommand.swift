import Admissions
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

/// A value of the command line; one that does not fit ends the command as wrong usage.
func valid<Value>(_ value: @autoclosure () throws -> Value) throws -> Value {
    do { return try value() } catch let error as any PhrasedError {
        throw ValidationError(error.phrase.japanese, error.phrase.english)
    }
}

func seconds(_ text: String) throws -> Double { try valid(OptionValues.seconds(text)) }
func month(_ text: String) throws -> PlacementMonth { try valid(OptionValues.month(text)) }
