import Bytes
import Elements
import ModelFormats

/// The rules by which the metadata of a safetensors file say where the tensors of a model belong.
public enum TensorModelRule: FormatRule, Equatable {
  /// A format of another version of bnfold.
  case otherVersion
  /// A text that is not there.
  case missing
  /// A tree without its groups or its arrays.
  case incompleteTree
  /// A group that is there twice.
  case repeatedGroup(ByteString)
  /// A group that is no map of attributes.
  case groupNotMap(ByteString)
  /// An attribute that is neither a text nor a list of texts.
  case attributeNotText(ByteString, group: ByteString)
  /// An array whose tensor is missing, or taken.
  case noTensor(array: ByteString)
  /// An array that is in no group.
  case noGroup(array: ByteString)
  /// A tensor with elements that no model has.
  case elementType(tensor: ByteString, type: ElementType)
  /// A tensor that is no array of the tree.
  case noPlace(tensor: ByteString)
  /// A path that HDF5 cannot have.
  case path
  /// Members that are no map.
  case notMap
  /// A member that is no text.
  case memberNotText(ByteString)
  /// A member that models do not have.
  case unknownMember(ByteString)

  public var description: String {
    switch self {
    case .otherVersion: "this version of bnfold does not read its format; use a newer one"
    case .missing: "it is missing"
    case .incompleteTree: "groups or arrays are missing"
    case .repeatedGroup(let group): "\(group) is there twice"
    case .groupNotMap(let group): "\(group) is not a map"
    case .attributeNotText(let attribute, let group): "\(attribute) of \(group) is not text"
    case .noTensor(let array): "the tensor of \(array) is missing, or has another place"
    case .noGroup(let array): "\(array) has no place in a group"
    case .elementType(let tensor, let type):
      "\(tensor) has elements of type \(type), which no model of Keras has"
    case .noPlace(let tensor): "the tensor \(tensor) has no place"
    case .path: "a path has a name that HDF5 does not have, or too many"
    case .notMap: "it is not a map"
    case .memberNotText(let member): "\(member) is not text"
    case .unknownMember(let member): "\(member) is not text that belongs to a model"
    }
  }
}
