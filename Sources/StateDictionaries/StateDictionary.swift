import Files
import ModelGraph
import Safetensors
import Tensor

/// Tensors by name without a graph: what PyTorch calls a state dictionary.
public struct StateDictionary: Sendable {
  let file: SafetensorsFile
  private let numbers: [ByteString: Int]

  public init(_ file: SafetensorsFile) {
    self.file = file
    numbers = Dictionary(uniqueKeysWithValues: file.tensors.enumerated().map { ($1.name, $0) })
  }

  /// The names of all tensors, in the order in which they lie in the file.
  public var names: [ByteString] { file.tensors.map(\.name) }

  /// The number of elements of all tensors.
  public var parameterCount: Int { file.tensors.reduce(0) { $0 + $1.shape.elementCount } }

  /// The tensor with a name; nil if there is none.
  public subscript(name: ByteString) -> StoredTensor? { numbers[name].map { file.tensors[$0] } }

  /// A tensor as a weight with a role; nil if there is none of that name.
  func variable(_ name: ByteString, _ role: Role) -> Variable? {
    guard let number = numbers[name] else { return nil }
    let tensor = file.tensors[number]
    return Variable(
      role: role, isTrainable: true, name: name, shape: tensor.shape, elementType: tensor.elementType,
      value: .stored(number))
  }

  /// Names in front of `.running_mean` and `.running_var`, in ascending order: the batch normalizations.
  public var batchNormalizations: [ByteString] {
    names.compactMap { $0.dropping(suffix: ".running_mean") }
      .filter { self[$0 + ".running_var"] != nil }
      .sorted()
  }
}

extension StateDictionary: WeightStore {
  public func bytes(ofWeight number: Int, elements: Range<Int>) throws -> [UInt8] {
    try file.read(file.tensors[number], elements: elements)
  }
}
