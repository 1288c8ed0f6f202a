import CLinux
import Glibc
import Testing

@testable import Supervision

/// What the seccomp program says of calls, by running its instructions as the kernel does.
///
/// Source: Linux, include/uapi/linux/seccomp.h, bpf_common.h and kernel/seccomp.c `seccomp_check_filter`.
@Suite struct SystemCallFilterTests {
  private enum Answer: Equatable { case allow, fail(Int32), kill, invalid }

  /// - Parameter arguments: by their numbers; the others are 0.
  private func answer(
    to call: Int, _ arguments: [Int: UInt64] = [:], architecture: UInt32 = UInt32(bnfold_architecture())
  ) -> Answer {
    let program = SystemCallFilter.whole.program
    var data = [UInt32](repeating: 0, count: 16)
    data[0] = UInt32(call)
    data[1] = architecture
    for (index, value) in arguments {
      data[4 + 2 * index] = UInt32(truncatingIfNeeded: value)
      data[5 + 2 * index] = UInt32(value >> 32)
    }
    var (place, value) = (0, UInt32(0))
    while place < program.count {
      let instruction = program[place]
      place += 1
      let jump = { (isTrue: Bool) in Int(isTrue ? instruction.jt : instruction.jf) }
      switch instruction.code {
      case 0x20: value = data[Int(instruction.k) / 4]
      case 0x15: place += jump(value == instruction.k)
      case 0x45: place += jump(value & instruction.k != 0)
      case 0x06:
        switch instruction.k & 0xFFFF_0000 {
        case 0x7FFF_0000: return .allow
        case 0x8000_0000: return .kill
        case 0x0005_0000: return .fail(Int32(instruction.k & 0xFFFF))
        default: return .invalid
        }
      default: return .invalid
      }
    }
    return .invalid
  }

  @Test(arguments: [
    Int(SYS_read), Int(SYS_write), Int(SYS_pread64), Int(SYS_futex), Int(SYS_brk), Int(SYS_exit_group),
  ])
  func `A call on what the process has is allowed`(call: Int) { #expect(answer(to: call) == .allow) }

  @Test(arguments: [
    Int(SYS_openat), Int(SYS_socket), Int(SYS_connect), Int(SYS_execve), Int(SYS_ptrace), Int(SYS_kill),
    Int(SYS_unlinkat),
    Int(SYS_renameat2), Int(SYS_fchmod), Int(SYS_ioctl), Int(SYS_dup), Int(SYS_sendto),
    Int(SYS_process_vm_writev), Int(SYS_bpf),
    Int(SYS_seccomp), Int(SYS_prctl), Int(SYS_setsid), Int(SYS_memfd_create), 9999,
  ])
  func `Any other call fails`(call: Int) { #expect(answer(to: call) == .fail(EPERM)) }

  @Test func `Every call that is named harmless is allowed, and 700 others are not`() {
    let harmless = Set((0..<bnfold_harmlessCallCount()).map { Int(bnfold_harmlessCall($0)) })
    let conditional = Set(
      [SYS_clone, SYS_tgkill, SYS_prlimit64, SYS_mmap, SYS_mprotect, SYS_clone3].map { Int($0) })
    for call in 0..<700 where !conditional.contains(call) {
      #expect((answer(to: call) == .allow) == harmless.contains(call), "\(call)")
    }
  }

  @Test func `A call of another instruction set ends the process`() {
    #expect(answer(to: Int(SYS_read), architecture: 0x4000_0003) == .kill)
  }

  @Test func `A new thread is allowed, and a new process is not`() {
    #expect(answer(to: Int(SYS_clone), [0: 0x3D0F00]) == .allow)
    #expect(answer(to: Int(SYS_clone), [0: UInt64(SIGCHLD)]) == .fail(EPERM))
    #expect(answer(to: Int(SYS_clone3)) == .fail(ENOSYS))
  }

  @Test func `Signals and limits are for the process itself`() {
    #expect(answer(to: Int(SYS_tgkill), [0: UInt64(getpid())]) == .allow)
    #expect(answer(to: Int(SYS_tgkill), [0: UInt64(getppid())]) == .fail(EPERM))
    #expect(answer(to: Int(SYS_prlimit64), [0: 0]) == .allow)
    #expect(answer(to: Int(SYS_prlimit64), [0: UInt64(getppid())]) == .fail(EPERM))
  }

  @Test(arguments: [Int(SYS_mmap), Int(SYS_mprotect)])
  func `Memory is not made executable`(call: Int) {
    #expect(answer(to: call, [2: UInt64(PROT_READ | PROT_WRITE)]) == .allow)
    #expect(answer(to: call, [2: UInt64(PROT_READ | PROT_EXEC)]) == .fail(EPERM))
  }
}
