import Glibc
import Jobs
import Synchronization

/// Says what is going on, if it takes longer than a second and a person is watching.
enum Progress: JobObserver {
  /// Runs work under a name; the name appears on standard error while it lasts and disappears afterwards.
  ///
  /// - Parameters:
  ///   - what: the name.
  ///   - progress: how far a worker is, for a bar; it counts samples.
  ///   - work: what is done meanwhile.
  static func during<Result>(
    _ what: String, progress: WorkerProgress?, _ work: () throws -> Result
  ) rethrows -> Result {
    let terminal = Terminal.standardError
    guard terminal.isInteractive else { return try work() }
    let note = Note(what, progress)
    let context = Unmanaged.passRetained(note).toOpaque()
    var thread = pthread_t()
    let failed = pthread_create(
      &thread, nil,
      { context in
        Unmanaged<Note>.fromOpaque(context!).takeRetainedValue().showWhileOpen()
        return nil
      }, context)
    if failed != 0 { Unmanaged<Note>.fromOpaque(context).release() }
    defer {
      note.isDone.store(true, ordering: .releasing)
      if failed == 0 { pthread_join(thread, nil) }
    }
    return try work()
  }

  private final class Note: Sendable {
    let isDone = Atomic<Bool>(false)
    private let what: String
    private let progress: WorkerProgress?

    init(_ what: String, _ progress: WorkerProgress?) {
      self.what = what
      self.progress = progress
    }

    func showWhileOpen() {
      let tick: UInt32 = 50_000
      var ticks = 0
      while !isDone.load(ordering: .acquiring) {
        usleep(tick)
        ticks += 1
        if ticks % 20 == 0 {
          let bar = progress?.now.map {
            ProgressBar(done: $0.done, total: $0.total, seconds: ticks / 20).text
          }
          Terminal.standardError.write("\r\u{1B}[K\(what) \(bar ?? "… \(ticks / 20) s")")
        }
      }
      if ticks >= 20 { Terminal.standardError.write("\r\u{1B}[K") }
    }
  }
}
