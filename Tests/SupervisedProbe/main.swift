import Glibc
import Supervision

// A worker that tries what a worker must not do; its task says what. It answers with the error that it got, 0 if none.

let arguments = ProgramStart.arguments
guard arguments.count == 3, arguments[1] == Worker.argument, let supervisor = pid_t(arguments[2]),
  let port = WorkerPort(supervisor: supervisor)
else { exit(64) }

let protection = port.close()
port.begin("probing", seconds: nil, memoryBytes: nil)

/// The error of a call that fails by a negative result.
func error(of result: some BinaryInteger) -> Int { result < 0 ? Int(errno) : 0 }

/// The error of a mapping.
func error(ofPages protection: Int32, _ bytes: Int) -> Int {
  let page = mmap(nil, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  return page == MAP_FAILED ? Int(errno) : 0
}

func startThread() -> Int {
  var thread = pthread_t()
  return Int(pthread_create(&thread, nil, { _ in nil }, nil))
}

let answer: Int
switch String(decoding: port.task, as: UTF8.self) {
case "protection": answer = protection.rawValue
case "open": answer = error(of: open("/etc/passwd", O_RDONLY))
case "create": answer = error(of: open("/tmp/bnfold-probe", O_RDWR | O_CREAT, 0o600))
case "unlink": answer = error(of: unlink("/tmp/bnfold-probe"))
case "socket": answer = error(of: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
case "signal": answer = error(of: kill(supervisor, 0))
case "signal itself": answer = error(of: kill(getpid(), 0))
case "execute": answer = error(of: execv("/bin/true", [nil]))
case "thread": answer = startThread()
case "code": answer = error(ofPages: PROT_READ | PROT_EXEC, 4096)
case "memory": answer = error(ofPages: PROT_READ | PROT_WRITE, 4096)
case "much memory": answer = error(ofPages: PROT_READ | PROT_WRITE, 8 << 30)
case "memory of a stage":
  port.begin("filling", seconds: nil, memoryBytes: 1 << 20)
  answer = error(ofPages: PROT_READ | PROT_WRITE, 2 << 20)
case "read":
  answer = Int(pread(port.file(0), UnsafeMutableRawPointer.allocate(byteCount: 9, alignment: 1), 9, 0))
case "write": answer = Int(pwrite(port.file(0), "123456789", 9, 0))
case "write beyond": answer = error(of: pwrite(port.file(0), "123456789", 9, 1 << 20))
case "go":
  write(port.file(0), "1\n", 2)
  port.waitForGo()
  answer = write(port.file(0), "2\n", 2)
case "spin":
  port.begin("spinning", seconds: 0, memoryBytes: nil)
  while true {}
default: abort()
}
port.answer(Array("\(answer)".utf8))
