import BatchNormFolding

extension CheckPart {
  static func json(_ report: EquivalenceReport) -> JSONOutput {
    .object([
      ("passed", .boolean(report.passed)), ("complete", .boolean(report.isComplete)),
      ("verdict", .text(report.verdict.rawValue)), ("reversed", .boolean(report.isReversed)),
      ("ends", EndPairs(report.ends).json),
      ("layer_calls", .integer(report.extent.calls)), ("weights", .integer(report.extent.weights)),
      ("weights_not_compared", .integer(report.extent.carriedWeights)),
      ("weights_not_read", .integer(report.extent.unreadWeights)),
      ("differences", .array(report.differences.map(json))),
      ("layers_not_rounded_once", .array(report.unroundedLayers.map { .string($0) })),
      ("runs", json(report.runs)), ("subnormal_weights", .integer(report.subnormalWeights.count)),
      ("non_finite_weights", .integer(report.nonFiniteWeights.count)),
      (
        "hidden_differences",
        .object([
          ("channels", .integer(report.hiddenDifferences.count)),
          ("layers", .array(report.hiddenDifferences.layers.map { .string($0) })),
        ])
      ),
      ("unread_differences", .array(report.unreadDifferences.map { .string($0) })),
    ])
  }

  private static func json(_ difference: Difference) -> JSONOutput {
    .object([
      ("layer", .string(difference.layer)), ("subject", .text(difference.subject)),
      ("place", difference.place.json { .text($0) }), ("expected", .text(difference.expected)),
      ("found", .text(difference.found)), ("ulps", difference.ulps.json { .number($0) }),
      ("count", .integer(difference.count)), ("is_difference", .boolean(difference.isDifference)),
    ])
  }

  private static func json(_ runs: RunOutcome) -> JSONOutput {
    switch runs {
    case .notRun(let why): .object([("outcome", .text("not-run")), ("reason", .text(why))])
    case .run(let outputs): .object([("outcome", .text("run")), ("outputs", .array(outputs.map(json)))])
    }
  }

  private static func json(_ output: OutputRun) -> JSONOutput {
    .object([
      ("output", .integer(output.output)), ("name", .string(output.name)), ("inputs", .text(output.inputs)),
      ("before_activation", .boolean(output.isBeforeActivation)),
      ("difference", .number(output.difference)), ("own_rounding", .number(output.ownRounding)),
      ("exact_difference", output.exactDifference.json { .number($0) }),
      ("non_finite", .integer(output.nonFiniteCount)),
      ("shows_nothing", output.emptiness.json { .text($0) }),
    ])
  }
}
