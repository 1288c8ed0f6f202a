import FuzzedFile
import NumPy

/// Any bytes are an array or not; what is one has as many bytes as its shape needs, and is the same when it is written.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNumPy(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let array = try? NumPyArray(reading: bytes) else { return 0 }
  guard let again = try? NumPyArray(reading: array.content), again == array else {
    preconditionFailure("the array is another one when it has been written")
  }
  return 0
}
