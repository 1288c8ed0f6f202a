import Glibc
import Jobs
import Synchronization

/// Says what is going on: to a person who is watching, if it takes longer than a second, and to a program that asks for it.
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
    let lines = ProgressLines.wanted
    guard Terminal.standardError.isInteractive || lines != nil else { return try work() }
    lines?.write(what, nil)
    let note = Note(what, progress, lines)
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
    private let lines: ProgressLines?
    private let told = Atomic<Int>(0)

    init(_ what: String, _ progress: WorkerProgress?, _ lines: ProgressLines?) {
      self.what = what
      self.progress = progress
      self.lines = lines
    }

    func showWhileOpen() {
      let isWatched = Terminal.standardError.isInteractive
      let tick: UInt32 = 50_000
      var ticks = 0
      while !isDone.load(ordering: .acquiring) {
        usleep(tick)
        ticks += 1
        tellProgram()
        if isWatched, ticks % 20 == 0 {
          let bar = progress?.now.map {
            ProgressBar(done: $0.done, total: $0.total, seconds: ticks / 20).text
          }
          Terminal.standardError.write("\r\u{1B}[K\(what) \(bar ?? "… \(ticks / 20) s")")
        }
      }
      tellProgram()
      if isWatched, ticks >= 20 { Terminal.standardError.write("\r\u{1B}[K") }
    }

    /// How far the worker is, if that is further than what was told last.
    private func tellProgram() {
      guard let lines, let now = progress?.now, told.exchange(now.done, ordering: .relaxed) != now.done else {
        return
      }
      lines.write(what, now)
    }
  }
}
