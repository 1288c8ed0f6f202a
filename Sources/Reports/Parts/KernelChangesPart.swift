import Jobs

/// What folding did to the kernels, which is what quantization will see.
package struct KernelChangesPart: ReportPart {
  package let changes: [KernelChange]

  package init(_ changes: [KernelChange]) { self.changes = changes }

  package var members: [JSONOutput.Member] { [] }

  package func lines(for style: TextStyle) -> [String] { [] }
}
