import CLinux
import Files
import Glibc

/// How far a worker is, for a caller that watches while another thread waits for the answer.
public final class WorkerProgress: Sendable {
  private let page: Int32

  init(page: Int32) { self.page = fcntl(page, F_DUPFD_CLOEXEC, 3) }

  deinit { if page >= 0 { close(page) } }

  /// What has been done, and of how much; nil where the worker has not said so.
  public var now: (done: Int, total: Int)? { Trail.readProgress(page) }
}
