import FuzzedFile
import KerasFormat
import ModelFormats

/// Any bytes are a list of shards or not; without its shards no list gives a model.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzShardList(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let input = ModelInput(form: .shards, model: FuzzedFile.holding(start, count))
  precondition((try? KerasModel(reading: input)) == nil, "there is a model without weights")
  return 0
}
