import CStart
import Glibc

/// How this program was started; it is known without `/proc`, which a container or a root of its own may lack.
public enum ProgramStart {
  /// The name it was called by, and what was given to it; bytes that are not UTF-8 are U+FFFD.
  public static let arguments: [String] = (0..<bnfold_argument_count()).map { index in
    String(cString: bnfold_argument(index))
  }

  /// Its file: this very one, even if another has its name meanwhile; without `/proc`, the one with its name.
  static var file: String {
    let own = "/proc/self/exe"
    guard access(own, X_OK) != 0, let name = bnfold_program_file() else { return own }
    return String(cString: name)
  }
}
