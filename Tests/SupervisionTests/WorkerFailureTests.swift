import Files
import Glibc
import Testing

@testable import Supervision

/// What a person is told of a worker that gave no answer.
@Suite struct WorkerFailureTests {
  private func failure(_ rule: WorkerFailure.Rule, _ stage: String = "reading", _ place: String = "/a")
    -> WorkerFailure
  {
    WorkerFailure(rule: rule, stage: stage, place: place)
  }

  @Test(
    arguments: [
      (.noAnswer, "ended without an answer while reading, at /a"),
      (.tooLong, "took too long while reading, at /a"),
      (.stopped(signal: SIGSEGV), "was stopped while reading, at /a (signal 11)"),
    ] as [(WorkerFailure.Rule, String)])
  func `The file is to blame for what happens while it is read`(rule: WorkerFailure.Rule, what: String) {
    #expect(failure(rule).description == "the file is damaged or hostile: its reader \(what)")
    #expect(failure(rule).isOfTheFile)
  }

  @Test func `A killed reader may be the kernel's doing`() {
    let text = failure(.stopped(signal: SIGKILL)).description
    #expect(
      text == "its reader was killed while reading, at /a; it may have needed more memory than there is")
  }

  @Test func `A reader that cannot start says the call and its error`() {
    let text = failure(.cannotStart(ENOENT, "posix_spawn"), "", "").description
    #expect(text.contains("cannot be started (posix_spawn: ") && text.contains("No such file"))
  }

  @Test func `Nothing that a worker said is left out, and nothing is made up`() {
    #expect(failure(.noAnswer, "", "").description.hasSuffix("while starting"))
    #expect(failure(.noAnswer, "reading", "").description.hasSuffix("while reading"))
    #expect(!failure(.noAnswer, "", "").isOfTheFile)
  }

  @Test func `Only more time is a remedy, and only for too long a work`() {
    #expect(failure(.tooLong).remedy == .raise(.time))
    for rule in [.noAnswer, .stopped(signal: SIGSEGV), .cannotStart(EPERM, "x")] as [WorkerFailure.Rule] {
      #expect(failure(rule).remedy == nil)
    }
  }

  @Test func `Limits may be the reason for everything but a start that failed`() {
    for rule in [.noAnswer, .tooLong, .stopped(signal: SIGKILL)] as [WorkerFailure.Rule] {
      #expect(failure(rule).mayBeOfLimits)
    }
    #expect(!failure(.cannotStart(EPERM, "x")).mayBeOfLimits)
  }
}
