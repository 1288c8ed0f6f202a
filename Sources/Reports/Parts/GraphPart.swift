import BatchNormFolding
import Jobs

/// The network and what becomes of its batch normalizations, for a picture.
package struct GraphPart: ReportPart {
  package let model: ModelDescription
  package let ledger: Ledger

  package init(_ model: ModelDescription, _ ledger: Ledger) { (self.model, self.ledger) = (model, ledger) }

  package var members: [JSONOutput.Member] { [] }

  package func lines(for style: TextStyle) -> [String] { [] }
}
