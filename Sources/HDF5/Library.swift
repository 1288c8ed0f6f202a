import Bytes
import CHDF5
import Files
import Synchronization

/// The one door into libhdf5: one call at a time, each checked, the library's own words kept for the error.
///
/// A libhdf5 may be built without thread safety, so that every call holds the lock, even of a tool with one thread:
/// tests run in parallel. Where it has it, each thread has its own setting of what is printed.
enum Library {
  private static let door = Mutex<Void>(())

  /// Makes the library ready, which it does by itself at its first call.
  static func prepare() { query {} }

  /// Settings that must precede the first use of the library.
  ///
  /// No plug-ins are loaded, and the library does not clean up at exit: after a failed
  /// write its own shutdown crashes.
  private static let prepared: Bool = {
    H5dont_atexit()
    H5open()
    H5PLset_loading_state(0)
    H5Lunregister(H5L_TYPE_EXTERNAL)
    return true
  }()

  /// Calls libhdf5 and returns what it gave, an error if that is negative.
  ///
  /// - Parameters:
  ///   - place: the object that the call is about, for the error.
  ///   - writing: whether a failure means that the output could not be written.
  static func call<Result: SignedInteger>(
    at place: HDF5Path, writing: Bool = false, _ body: () -> Result
  ) throws(HDF5Error) -> Result {
    let outcome: (Result, String) = inside {
      if Trail.isWatched { Trail.note(place.bytes) }
      let result = body()
      return (result, result < 0 ? errorStack() : "")
    }
    guard outcome.0 >= 0 else {
      throw HDF5Error(writing ? .writeFailed(outcome.1) : .unreadable(outcome.1), at: place.description)
    }
    return outcome.0
  }

  /// Calls a function of libhdf5 whose result is no status.
  static func query<Result>(_ body: () -> Result) -> Result { inside(body) }

  private static func inside<Result>(_ body: () -> Result) -> Result {
    door.withLock { _ in
      precondition(prepared)
      H5Eset_auto2(hid_t(H5E_DEFAULT), nil, nil)
      return body()
    }
  }

  /// The library's explanation of the last failure: the innermost message, which is the cause.
  private static func errorStack() -> String {
    var cause = "no explanation"
    withUnsafeMutablePointer(to: &cause) { target in
      _ = H5Ewalk2(
        hid_t(H5E_DEFAULT), H5E_WALK_UPWARD,
        { depth, record, context in
          guard depth == 0, let text = record?.pointee.desc, let context else { return 0 }
          context.assumingMemoryBound(to: String.self).pointee = String(cString: text)
          return 0
        }, target)
    }
    H5Eclear2(hid_t(H5E_DEFAULT))
    return ByteString(cause).description
  }
}

/// An identifier of libhdf5, released when its owner ends.
struct Handle: ~Copyable, Sendable {
  let id: hid_t

  /// Takes over the identifier that a call of the library returns.
  init(
    at place: HDF5Path, writing: Bool = false, _ body: () -> hid_t
  ) throws(HDF5Error) {
    id = try Library.call(at: place, writing: writing, body)
  }

  deinit {
    let id = id
    Library.query { _ = H5Idec_ref(id) }
  }
}
