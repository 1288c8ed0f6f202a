import BatchNormFolding
import Glibc
import Jobs

/// The files of a drawing: a text of Graphviz, and the picture that Graphviz makes of it, where it is installed.
struct GraphFiles {
  private let textPath: String
  private let picturePath: String?
  private let replaces: Bool
  private static let permissions: mode_t = 0o666

  /// What has been written, and what has to be said about it.
  struct Outcome {
    var written: [String]
    var notes: [String] = []
  }

  /// - Parameter target: a name with the ending .svg or .dot.
  init(target: String, replaces: Bool) {
    let isPicture = target.hasSuffix(".svg")
    textPath = isPicture ? target.dropLast(4) + ".dot" : target
    picturePath = isPicture ? target : nil
    self.replaces = replaces
  }

  /// - Throws: `OutputError` where a file cannot be made.
  func write(_ answer: InspectionAnswer) throws -> Outcome {
    let text = try OutputFile(target: textPath, replaces: replaces, permissions: Self.permissions)
    // Both are begun before one is finished: a picture that may not be replaced leaves no text behind.
    let picture = try picturePath.map {
      try OutputFile(target: $0, replaces: replaces, permissions: Self.permissions)
    }
    try text.write(Array(GraphDrawing(answer: answer).text.utf8))
    try text.publish()
    guard let picture, let picturePath else {
      return Outcome(written: [textPath])
    }
    guard draw(textPath, to: picture.descriptor) else {
      return Outcome(
        written: [textPath],
        notes: [
          "there is no \(picturePath), since Graphviz is not installed (apt-get install graphviz) or failed"
        ])
    }
    try picture.publish()
    return Outcome(written: [picturePath, textPath])
  }

  /// Lets Graphviz draw; its input and output are descriptors, so that no name is an option to it.
  ///
  /// - Returns: whether it did.
  private func draw(_ path: String, to output: Int32) -> Bool {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, path, O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    let arguments: [UnsafeMutablePointer<CChar>?] = ["dot", "-Tsvg"].map { (word: String) in strdup(word) }
    defer { arguments.forEach { free($0) } }
    var child = pid_t()
    guard posix_spawnp(&child, "dot", &actions, nil, arguments + [nil], environ) == 0 else { return false }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 { guard errno == EINTR else { return false } }
    return status == 0
  }
}
