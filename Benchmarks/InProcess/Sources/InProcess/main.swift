import BatchNormFolding

// in-process inspect MODEL | in-process fold MODEL -o OUTPUT [--skip-check]
let arguments = CommandLine.arguments
let model = try ModelFile(opening: arguments[2])
let folded = try model.fold()
if arguments[1] == "inspect" {
  print(model.layers.count, folded.ledger.folded.count)
} else {
  var options = WriteOptions()
  options.checks = !arguments.contains("--skip-check")
  let report = try folded.write(to: arguments[4], options: options)
  print(folded.ledger.folded.count, report?.passed ?? true)
}
