import ArrayFiles
import Arrays
import Bytes
import Elements
import Files
import Inference
import ModelGraph
import Parallel

/// A model and the arrays that it is run on.
///
/// ```swift
/// let file = try ModelFile(opening: "resnet50.h5")
/// let images = GivenArrays(input: nil, file: try ArrayFile(opening: "images.npy"))
/// let results = try ModelRun(of: file, on: [images]).results(in: .float32)
/// try ArrayFile.write(results, to: "predictions.npy")
/// ```
public struct ModelRun {
  private let model: Model
  private let inputs: [ModelInputArray]
  private let path: String

  /// Finds the array of each input of a model.
  ///
  /// - Throws: `RunError` where an input has no array or one of another shape.
  public init(of file: ModelFile, on given: [GivenArrays]) throws {
    model = file.model
    path = file.path
    inputs = try ModelInputArray.all(of: model.graph, in: given, model: file.path)
  }

  /// A type narrower than float32 that an input or an output states; the layers are computed without rounding to it.
  public var narrowType: ElementType? {
    (model.graph.inputTypes + model.graph.outputTypes.compactMap { $0 }).first {
      [.float16, .bfloat16].contains($0)
    }
  }

  /// What the model computes at inference, batch first, by the names of its outputs, or of all of its layers.
  ///
  /// - Parameters:
  ///   - type: what is computed in, float32 or float64, and what the results are; nil for what the model states.
  ///   - ofAllLayers: whether the results of all layers are wanted; those inside a model have its name in front.
  /// - Throws: `RunError` where a layer cannot be run or what reading the weights throws.
  public func results(in type: ElementType? = nil, ofAllLayers: Bool = false) throws -> [NamedArray] {
    do {
      return (type ?? model.graph.computedType) == .float64
        ? try results(as: Double.self, type, ofAllLayers) : try results(as: Float.self, type, ofAllLayers)
    } catch let error as EvaluationError {
      throw RunError(path, "\(error)")
    }
  }

  private func results<Scalar: InferenceScalar>(
    as: Scalar.Type, _ type: ElementType?, _ ofAllLayers: Bool
  ) throws -> [NamedArray] {
    let values: [TensorValue<Scalar>] = try zip(model.graph.inputs, inputs).map { reference, input in
      let isExact = model.graph.exactType(ofInput: reference) != nil
      return try isExact
        ? input.integers().map { .integers($0) } ?? .numbers(input.denseArray())
        : .numbers(input.denseArray())
    }
    var layers: [NamedArray] = []
    let observer = LayerObserver<Scalar> {
      layers.append(NamedArray($1, type ?? Scalar.elementType, named: $0))
    }
    let sharing = WorkSharing(threads: processorCount())
    let result = try GraphEvaluator<Scalar>(weights: model.weights, sharing: sharing)
      .evaluate(model.graph, inputs: values, observer: ofAllLayers ? observer : nil)
    guard !ofAllLayers else { return layers }
    let stated = model.graph.outputTypes
    return zip(model.graph.namesOfOutputs, result.values).enumerated().map { number, output in
      let own = stated.indices.contains(number) ? stated[number] : nil
      return NamedArray(output.1, type ?? own ?? Scalar.elementType, named: output.0)
    }
  }
}

extension Graph {
  /// What is computed in where the caller does not say: the wider type if an input or an output has it.
  fileprivate var computedType: ElementType {
    inputTypes.contains(.float64) && !outputTypes.isEmpty || outputTypes.contains(.float64)
      ? .float64 : .float32
  }

  /// The types that the inputs state.
  fileprivate var inputTypes: [ElementType] {
    inputs.compactMap { reference in
      guard case .input(_, let name) = layers[calls[reference.call].layer].operation else { return nil }
      return ElementType(named: "\(name)")
    }
  }
}

extension ModelFile {
  /// Arrays of files as what two models are run on, to see how far they are apart.
  ///
  /// - Throws: `RunError` where an input has no array or one of another shape.
  public func runInputs(from given: [GivenArrays]) throws -> RunInputs {
    .given(try ModelInputArray.all(of: model.graph, in: given, model: path).map { try $0.denseArray() })
  }
}

/// Why a model cannot be run on some arrays.
public struct RunError: Error, CustomStringConvertible {
  public let description: String

  init(_ path: String, _ what: String) { description = "\(ByteString(path)): \(what)" }
}

extension NamedArray {
  /// - Parameter type: of numbers; integers have a type of their own.
  fileprivate init<Scalar: InferenceScalar>(
    _ value: TensorValue<Scalar>, _ type: ElementType, named name: ByteString
  ) {
    switch value {
    case .numbers(let array) where type == Scalar.elementType || !type.isFloatingPoint:
      self.init(array.shape, array.values, Scalar.elementType, named: name)
    case .numbers(let array):
      self.init(array.shape, type.encode(array.values.map { Double($0) }), type, named: name)
    case .integers(let array): self.init(array.shape, array.bytes, array.type, named: name)
    }
  }

  private init<Element: Sendable>(
    _ shape: Shape, _ values: [Element], _ type: ElementType, named name: ByteString
  ) {
    self.init(
      name: name, elementType: type, shape: shape,
      content: .decoded { (range) throws(FileError) in
        values.withUnsafeBytes { Array($0[range]) }
      })
  }
}
