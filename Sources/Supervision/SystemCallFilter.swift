import CLinux
import Glibc

/// A seccomp program: calls that need nothing but what the process has are allowed, all others fail with EPERM.
///
/// Source: Linux, Documentation/userspace-api/seccomp_filter.rst, and include/uapi/linux/filter.h.
struct SystemCallFilter {
  private(set) var program: [sock_filter] = []

  private enum Code {
    static let load: UInt16 = 0x20
    static let jumpIfEqual: UInt16 = 0x15
    static let jumpIfAnyBit: UInt16 = 0x45
    static let answer: UInt16 = 0x06
  }

  private enum Answer {
    static let allow: UInt32 = 0x7FFF_0000
    static let killProcess: UInt32 = 0x8000_0000
    static func fail(_ code: Int32) -> UInt32 { 0x0005_0000 | UInt32(code) }
  }

  /// Offsets in `struct seccomp_data`; of an argument only the lower half is looked at.
  private enum Field {
    static let number: UInt32 = 0
    static let architecture: UInt32 = 4
    static func argument(_ index: UInt32) -> UInt32 { 16 + 8 * index }
  }

  /// Loads the filter for all threads of this process, for ever.
  ///
  /// - Returns: whether the kernel took it.
  static func install() -> Bool {
    guard bnfold_architecture() != 0 else { return false }
    var filter = whole
    return filter.program.withUnsafeMutableBufferPointer { instructions in
      var program = sock_fprog(len: UInt16(instructions.count), filter: instructions.baseAddress)
      return bnfold_install_filter(&program) == 0
    }
  }

  /// The filter of a worker, which is this process.
  static var whole: SystemCallFilter {
    var filter = SystemCallFilter()
    filter.write()
    return filter
  }

  private mutating func write() {
    add(Code.load, Field.architecture)
    add(Code.jumpIfEqual, bnfold_architecture(), ifTrue: 1)
    add(Code.answer, Answer.killProcess)
    add(Code.load, Field.number)
    for index in 0..<bnfold_harmlessCallCount() {
      when(UInt32(bnfold_harmlessCall(index))) { $0.add(Code.answer, Answer.allow) }
    }
    // glibc starts a thread by clone where clone3, whose arguments a filter cannot see, does not exist.
    when(UInt32(bnfold_SYS_clone3)) { $0.add(Code.answer, Answer.fail(ENOSYS)) }
    let onlyThread: UInt32 = 0x10000
    when(UInt32(bnfold_SYS_clone)) { $0.answer(ifArgument: 0, Code.jumpIfAnyBit, onlyThread, allows: true) }
    // Signals and limits are for this process itself, and for no other one.
    when(UInt32(bnfold_SYS_tgkill)) {
      $0.answer(ifArgument: 0, Code.jumpIfEqual, UInt32(getpid()), allows: true)
    }
    when(UInt32(bnfold_SYS_prlimit64)) { $0.answer(ifArgument: 0, Code.jumpIfEqual, 0, allows: true) }
    for call in [bnfold_SYS_mmap, bnfold_SYS_mprotect] {
      when(UInt32(call)) { $0.answer(ifArgument: 2, Code.jumpIfAnyBit, UInt32(PROT_EXEC), allows: false) }
    }
    add(Code.answer, Answer.fail(EPERM))
  }

  private mutating func when(_ call: UInt32, _ body: (inout SystemCallFilter) -> Void) {
    var inner = SystemCallFilter()
    body(&inner)
    add(Code.jumpIfEqual, call, ifFalse: UInt8(inner.program.count))
    program += inner.program
  }

  /// Allows or refuses a call by one of its arguments, and does the opposite where the test fails.
  private mutating func answer(
    ifArgument index: UInt32, _ test: UInt16, _ value: UInt32, allows: Bool
  ) {
    add(Code.load, Field.argument(index))
    add(test, value, ifFalse: 1)
    add(Code.answer, allows ? Answer.allow : Answer.fail(EPERM))
    add(Code.answer, allows ? Answer.fail(EPERM) : Answer.allow)
  }

  private mutating func add(_ code: UInt16, _ value: UInt32, ifTrue: UInt8 = 0, ifFalse: UInt8 = 0) {
    program.append(sock_filter(code: code, jt: ifTrue, jf: ifFalse, k: value))
  }
}
