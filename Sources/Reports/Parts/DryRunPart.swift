/// That nothing has been written, as asked.
package struct DryRunPart: ReportPart {
  package init() {}

  package var members: [JSONOutput.Member] { [("dry_run", .boolean(true))] }

  package func lines(for style: TextStyle) -> [String] { ["  dry run: nothing was written"] }

  package var brief: String? { "dry run" }
}
