import Bytes
import Jobs

/// What folding did to the kernels, which is what quantization will see.
package struct KernelChangesPart: ReportPart {
  package let changes: [KernelChange]

  package init(_ changes: [KernelChange]) { self.changes = changes }

  /// The part of a report, where the kernels were measured.
  package static func parts(_ changes: [KernelChange]?) -> [any ReportPart] {
    changes.map { [KernelChangesPart($0)] } ?? []
  }

  /// The code of a kernel whose channels get far apart.
  package static let code = "quantization-range"

  /// A kernel whose channels get further apart than this is quantized noticeably worse with one scale for all of them.
  ///
  /// Eight bits have 127 steps. With channels ten times as far apart the smallest loses more than three of its bits.
  package static let widest = 10.0

  package var members: [JSONOutput.Member] {
    [("kernel_changes", .array(changes.map(Self.json)))]
  }

  package func lines(for style: TextStyle) -> [String] { [] }

  package var findings: [Finding] {
    changes.filter { $0.widening > Self.widest }.map { change in
      Finding(
        .warning, Self.code, layer: change.layer,
        """
        folding widens the range of its kernel over the channels \(short(change.widening)) times: the largest channel was \
        \(short(change.before.spread)) times the smallest, and is \(short(change.after.spread)) times
        """,
        advice: """
          before 8-bit quantization equalize the channels across layers (Nagel et al. 2019, arXiv:1906.04721), or quantize \
          per channel
          """)
    }
  }

  private static func json(_ change: KernelChange) -> JSONOutput {
    .object([
      ("layer", .string(change.layer)), ("channels", .integer(change.channels)),
      ("before", json(change.before)), ("after", json(change.after)),
      ("dead_channels", .integer(change.deadChannels)),
      ("largest_error_ulps", change.largestError.json { .number($0) }),
      ("widening", .number(change.widening)),
    ])
  }

  private static func json(_ ranges: ChannelRanges) -> JSONOutput {
    .object([
      ("smallest", .number(ranges.smallest)), ("lower_quartile", .number(ranges.lowerQuartile)),
      ("median", .number(ranges.median)), ("upper_quartile", .number(ranges.upperQuartile)),
      ("largest", .number(ranges.largest)), ("spread", .number(ranges.spread)),
    ])
  }
}
