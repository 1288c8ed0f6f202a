import Glibc

/// Says what is going on to the program that started bnfold, as lines of JSON: `{"activity": "calibrating", "done": 64, "total": 1400}`.
///
/// `BNFOLD_PROGRESS_FD` has the number of the descriptor. It has to be a pipe: the number may have been meant for another
/// program, and a file that is open by chance must not be written to.
final class ProgressLines: Sendable {
  /// Where the lines go; nil where none are asked for.
  static let wanted: ProgressLines? = {
    guard let text = getenv("BNFOLD_PROGRESS_FD"), let number = Int32(String(cString: text)),
      number > STDERR_FILENO
    else { return nil }
    var status = stat()
    guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else { return nil }
    return ProgressLines(descriptor: number)
  }()

  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  /// - Parameter now: what has been done, and of how much; nil where that is not known.
  func write(_ activity: String, _ now: (done: Int, total: Int)?) {
    let done = now.map { "\($0.done)" } ?? "null"
    let total = now.map { "\($0.total)" } ?? "null"
    // A reader that has gone, or does not read, is no reason to stop; a line that is shorter than a page is written as a whole or not.
    var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&room, 1, 0) == 1 else { return }
    _ = Terminal.write(
      "{\"activity\": \"\(activity)\", \"done\": \(done), \"total\": \(total)}\n", to: descriptor)
  }
}
