import StateDictionaryFormat

/// Any text is a plan or not; what is one can be written, and read again as the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPlan(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard let plan = try? WeightPlan(yaml: Array(UnsafeBufferPointer(start: start, count: count))) else {
    return 0
  }
  let lines = plan.yaml(for: "fuzz")
  let again = try? WeightPlan(yaml: Array(lines.joined(separator: "\n").utf8))
  precondition(
    again?.yaml(for: "fuzz").filter { !$0.hasPrefix("  #") } == lines.filter { !$0.hasPrefix("  #") })
  return 0
}
