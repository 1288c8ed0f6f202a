import FuzzedFile
import Safetensors

/// Any bytes are a safetensors file or not; the tensors of what is one lie in it, without a gap.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSafetensors(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let input = FuzzedFile.holding(start, count)
  guard let file = try? SafetensorsFile(reading: input) else { return 0 }
  var end = count - file.tensors.reduce(0) { $0 + $1.bytes.count }
  for tensor in file.tensors {
    precondition(tensor.bytes.lowerBound == end, "there is a gap before a tensor")
    end = tensor.bytes.upperBound
  }
  precondition(end == count, "the tensors do not end with the file")
  return 0
}
