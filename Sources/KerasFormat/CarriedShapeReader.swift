import Bytes
import LosslessJSON
import ModelGraph

extension CarriedShape {
  /// The shape that a class of Keras gives, of those that are carried.
  ///
  /// - Returns: nil where its attributes do not tell.
  ///
  /// Source: `compute_output_shape` of the classes in keras/src/layers and tf_keras/src/layers.
  init?(of className: ByteString, _ configuration: JSONValue) {
    let mode = configuration["output_mode"]?.string
    switch className {
    case "Masking", "Hashing", "Discretization", "IntegerLookup", "StringLookup":
      guard mode == nil || mode == "int" else { return nil }
      self = .sameAsInput
    case "CategoryEncoding":
      guard let count = configuration["num_tokens"]?.smallInteger, count > 0,
        ["multi_hot", "count", "one_hot"].contains(mode ?? "")
      else { return nil }
      self = .encoded(tokens: count, isOneHot: mode == "one_hot")
    case "TextVectorization":
      // What is not split keeps its rank.
      guard mode == "int", configuration["ragged"]?.boolean != true, configuration["split"]?.string != nil
      else {
        return nil
      }
      self = .axes([configuration["output_sequence_length"]?.smallInteger])
    case "CuDNNLSTM", "CuDNNGRU":
      guard let units = configuration["units"]?.smallInteger, units > 0,
        configuration["return_state"]?.boolean != true
      else { return nil }
      self = .sequence(units: units, returnsSequences: configuration["return_sequences"]?.boolean ?? false)
    default: return nil
    }
  }
}
