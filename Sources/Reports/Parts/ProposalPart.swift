import BatchNormFolding
import Jobs

/// What a plan is made on: the family of the network, and what is not known.
package struct ProposalPart: ReportPart {
  private let answer: ProposalAnswer

  package init(_ answer: ProposalAnswer) { self.answer = answer }

  package func lines(for style: TextStyle) -> [String] {
    let family = answer.family.map { $0 + (answer.confidence.map { ", confidence \($0.rawValue)" } ?? "") }
    return ["  family: \(family ?? "none that bnfold knows")"]
  }

  /// What the user has to look at before the plan is used.
  package var notes: [String] {
    var notes: [String] = []
    if answer.confidence == .medium {
      notes.append(
        "a network with each batch normalization before its convolution could have these shapes, too; look into its code"
      )
    }
    if answer.needsEpsilon {
      notes.append("epsilon is not in the file, and members of the family differ; write it into the plan")
    }
    return notes
  }

  package var members: [JSONOutput.Member] {
    [
      ("family", answer.family.json { .text($0) }),
      ("confidence", answer.confidence.json { .text($0.rawValue) }),
      ("needs_epsilon", .boolean(answer.needsEpsilon)),
    ]
  }
}
