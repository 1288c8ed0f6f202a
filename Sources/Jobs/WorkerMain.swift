import Glibc
import Supervision

/// The worker's side of every command: the only place where the tool looks into a file.
package enum WorkerMain {
  /// Does what the supervisor asks, if this process was started by one.
  ///
  /// - Returns: only if it was not.
  package static func runIfAsked() {
    let arguments = ProgramStart.arguments
    guard arguments.count == 3, arguments[1] == Worker.argument, let supervisor = pid_t(arguments[2]),
      let port = WorkerPort(supervisor: supervisor), let assignment = try? Assignment(decoding: port.task),
      let job = Jobs.all.first(where: { $0.name == assignment.name })
    else { return }
    port.answer(job.reply(to: assignment.request.bytes, in: port, assignment))
  }
}
