import Bytes
import CLinux
import Glibc
import Synchronization

/// Where the work is: a page that a worker and its supervisor share, so that it can be read when the worker has died.
public enum Trail {
  private static let pageBytes = 4096
  private static let stageBytes = 128
  /// Two numbers at the end of the page: what has been done, and of how much.
  private static let progressBytes = 16
  private static var progressOffset: Int { pageBytes - progressBytes }

  /// The page in this process; 0 where no process watches.
  private static let page = Atomic<UInt>(0)

  /// Says what is done from now on, such as `reading the structure`.
  public static func begin(_ stage: String) {
    put(Array(stage.utf8), at: 0, room: stageBytes)
    note([])
  }

  /// Says which part is being worked on; costs little enough to be called for every object of a file.
  public static func note(_ place: some Collection<UInt8>) {
    put(place, at: stageBytes, room: progressOffset - stageBytes)
  }

  /// Says how much of the work has been done.
  public static func progress(_ done: Int, of total: Int) {
    guard let base = UnsafeMutableRawPointer(bitPattern: page.load(ordering: .relaxed)) else { return }
    base.storeBytes(of: Int64(total), toByteOffset: progressOffset + 8, as: Int64.self)
    base.storeBytes(of: Int64(done), toByteOffset: progressOffset, as: Int64.self)
  }

  /// Whether anybody reads the trail.
  public static var isWatched: Bool { page.load(ordering: .relaxed) != 0 }

  /// A byte for the length would be too small, so there are two.
  private static func put(_ text: some Collection<UInt8>, at offset: Int, room: Int) {
    guard let base = UnsafeMutableRawPointer(bitPattern: page.load(ordering: .relaxed)) else { return }
    let count = min(text.count, room - 2)
    let target = UnsafeMutableRawBufferPointer(start: base + offset, count: room)
    target.storeBytes(of: UInt16(0), as: UInt16.self)
    target[2..<2 + count].copyBytes(from: text.prefix(count))
    target.storeBytes(of: UInt16(count), as: UInt16.self)
  }
}

extension Trail {
  /// Makes the page for a worker.
  package static func makePage() -> Int32? {
    let descriptor = memfd_create("trail", UInt32(bnfold_MFD_CLOEXEC | bnfold_MFD_ALLOW_SEALING))
    guard descriptor >= 0 else { return nil }
    // A limit on the size of files forbids even this; then there is no trail, which is no reason not to work.
    ftruncate(descriptor, off_t(pageBytes))
    _ = fcntl(descriptor, Int32(bnfold_F_ADD_SEALS), Int32(bnfold_SEAL_SIZE))
    return descriptor
  }

  /// Lets this process leave its trail on a page.
  package static func follow(_ descriptor: Int32) {
    guard lseek(descriptor, 0, SEEK_END) == pageBytes else { return }
    let address = mmap(nil, pageBytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    if let address, address != MAP_FAILED { page.store(UInt(bitPattern: address), ordering: .relaxed) }
  }

  /// What a worker has left on a page: its stage and its place, both for people.
  package static func read(_ descriptor: Int32) -> (stage: String, place: String) {
    var bytes = [UInt8](repeating: 0, count: pageBytes)
    guard pread(descriptor, &bytes, pageBytes, 0) == pageBytes else { return ("", "") }
    func text(at offset: Int, room: Int) -> String {
      let count = min(Int(bytes[offset]) | Int(bytes[offset + 1]) << 8, room - 2)
      return ByteString(bytes[offset + 2..<offset + 2 + count]).description
    }
    return (text(at: 0, room: stageBytes), text(at: stageBytes, room: progressOffset - stageBytes))
  }

  /// How much a worker has done, by what it has left on a page; nil if it has not said so.
  package static func readProgress(_ descriptor: Int32) -> (done: Int, total: Int)? {
    var bytes = [UInt8](repeating: 0, count: progressBytes)
    guard pread(descriptor, &bytes, progressBytes, off_t(progressOffset)) == progressBytes else { return nil }
    let (done, total) = bytes.withUnsafeBytes {
      ($0.loadUnaligned(as: Int64.self), $0.loadUnaligned(fromByteOffset: 8, as: Int64.self))
    }
    // What follows multiplies: no data have more samples than this.
    return (1...1 << 40).contains(total) && (0...total).contains(done) ? (Int(done), Int(total)) : nil
  }
}
