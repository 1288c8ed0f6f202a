import BatchNormFolding

// in-process inspect MODEL | in-process fold MODEL -o OUTPUT [--skip-check]
// in-process forward MODEL INPUT float32|float64 RUNS: the seconds of each run
let arguments = CommandLine.arguments
let model = try ModelFile(opening: arguments[2])
switch arguments[1] {
case "forward":
  FreedMemory.keep()
  let input = GivenArrays(input: nil, file: try ArrayFile(opening: arguments[3]))
  let run = try ModelRun(of: model, on: [input])
  for _ in 0..<(Int(arguments[5]) ?? 1) {
    let start = ContinuousClock.now
    _ = try run.results(in: arguments[4] == "float64" ? .float64 : .float32)
    print((ContinuousClock.now - start) / .seconds(1))
  }
case "inspect":
  print(model.layers.count, try model.fold().ledger.folded.count)
default:
  let folded = try model.fold()
  var options = WriteOptions()
  options.checks = !arguments.contains("--skip-check")
  let report = try folded.write(to: arguments[4], options: options)
  print(folded.ledger.folded.count, report?.passed ?? true)
}
