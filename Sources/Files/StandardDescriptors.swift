import Glibc

/// Standard input, output and error of a process that may have been started without them.
public enum StandardDescriptors {
  /// Occupies those that are closed, so that no file that is opened later becomes standard output or error.
  ///
  /// What is written to an occupied one fails as it would on a closed one.
  public static func open() {
    for standard in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(standard, F_GETFD) < 0 {
      _ = NullDevice.open(standard == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
