import Arrays
import Bytes
import Elements
import HDF5
import LosslessJSON
import ModelFormats
import ModelGraph
import Zip

extension KerasModel {
  /// Plans a conversion; nothing is written.
  ///
  /// - Parameters:
  ///   - format: of the new file.
  ///   - type: of the weights that are floating-point numbers; nil to leave each as it is.
  ///   - version: of the release of Keras 2 that shall load it; nil for the model's own.
  /// - Throws: `ModelFileError` where the other format cannot hold the model.
  func conversion(
    to format: FileFormat, type: ElementType?, for version: ByteString?
  ) throws(ModelFileError) -> ModelConversion {
    var plan = ConversionPlan(model: self, format: format, type: type)
    try plan.write(for: version)
    try plan.check()
    let contents = try plan.contents()
    let members = try plan.members(limits: limits)
    return ModelConversion(
      format: format, type: type, notes: plan.notes, architecture: try plan.architecture(), model: self,
      contents: contents, members: members)
  }

  func problem(_ rule: ModelConversionRule, _ layer: Layer) -> ModelFileError {
    ModelFileError(rule, file: path, place: "layer \(layer.name)")
  }
}

/// Finds out what a file of another format has to have.
private struct ConversionPlan {
  /// The model that was read; of the release that the new file is for.
  private(set) var model: KerasModel
  let format: FileFormat
  let type: ElementType?
  private var isForAnotherRelease = false
  private(set) var notes: [String] = []

  init(model: KerasModel, format: FileFormat, type: ElementType?) {
    self.model = model
    self.format = format
    self.type = type
  }

  mutating func write(for version: ByteString?) throws(ModelFileError) {
    guard let version else { return }
    let release = try TargetRelease(version, for: model)
    isForAnotherRelease = release.version != model.kerasVersion
    model.kerasVersion = release.version
  }

  private var source: HDF5Contents { model.container.contents }

  /// Whether the other format can hold the model: those by object are younger than Keras 2.
  mutating func check() throws(ModelFileError) {
    if format.arrangement == .objects, model.layout.arrangement == .names, model.generation == .keras2 {
      guard model.kerasMinorVersion >= 12 else {
        throw problem(.unknownFormat(version: model.kerasVersion))
      }
    }
    if format == .wholeHDF5, model.generation == .keras3, let function = model.graph.firstFunction {
      throw model.problem(.function, function)
    }
    try checkFrozenLayers()
    for (place, dataset) in zip(model.layout.places, model.layout.datasets)
    where dataset.elementType.byteCount == nil {
      throw ModelFileError(
        ModelConversionRule.elementType(dataset.elementType), file: model.path, place: "\(place)")
    }
    let isOfKeras3 = model.generation == .keras3 && format.arrangement != .names
    if format != .safetensors, !isOfKeras3, datasets.contains(where: { $0.elementType == .bfloat16 }) {
      throw problem(.bfloat16)
    }
  }

  /// Keras 3.0 to 3.2 load weights by name in another order, where layers of a model inside the model are frozen.
  private mutating func checkFrozenLayers() throws(ModelFileError) {
    guard format.arrangement == .names, model.generation == .keras3, model.kerasMinorVersion < 3,
      let layer = model.graph.layers.first(where: { $0.core.body?.isPartlyFrozen ?? false })
    else { return }
    guard model.kerasVersion.isEmpty else {
      throw model.problem(.frozenLayers(version: model.kerasVersion), layer)
    }
    notes.append(
      "nothing says which release wrote it; Keras 3.0 to 3.2 would load the weights of \(layer.name) in another order"
    )
  }

  private func problem(_ rule: ModelConversionRule) -> ModelFileError {
    ModelFileError(rule, file: model.path)
  }

  // MARK: - Arrays

  /// The arrays and attributes of the new file.
  mutating func contents() throws(ModelFileError) -> HDF5Contents {
    let datasets = datasets
    guard let arrangement = format.arrangement else {
      noteAttributes(source.tree.arrayAttributes)
      return sameArrangement(datasets)
    }
    var result = source
    if arrangement == model.layout.arrangement, arrangement == .names || !isForAnotherRelease {
      result = sameArrangement(datasets)
      guard case .group(let weights)? = result.tree[model.layout.root.components] else { return result }
      result.tree = try placed(weights, optimizer: result.tree[model.layout.optimizerState])
    } else {
      noteWhatIsLeftOut()
      switch arrangement {
      case .names:
        let tree = NamedTree(model: model, datasets: datasets, attributes: versionAttributes)
        result.tree = try placed(try tree.group(), optimizer: nil)
      case .objects:
        noteTrainingConfiguration()
        result.tree = try ObjectTree(model: model, datasets: datasets).root()
      }
      noteAttributes()
    }
    return result
  }

  /// Arrays that are no layer's have no place in a file that is arranged in another way.
  private mutating func noteWhatIsLeftOut() {
    if model.hasOptimizerState {
      notes.append("the optimizer's state was left out; the formats arrange it in different ways")
    }
    let places = Set(model.layout.places)
    let others = source.arrays(except: places).filter {
      $0.components.first != model.layout.optimizerState.first
    }
    guard let first = others.first else { return }
    notes.append("\(others.count) arrays that belong to no layer were left out, such as \(first)")
  }

  private mutating func noteTrainingConfiguration() {
    guard source.tree.attributes.contains(where: { $0.name == "training_config" }) else { return }
    notes.append("the training configuration was left out; this format has no place for it")
  }

  /// Attributes that Keras does not write have no place in a tree that is made again.
  private mutating func noteAttributes() {
    let known: [ByteString] = [
      "model_config", "training_config", "keras_version", "backend", "layer_names", "weight_names", "name",
    ]
    noteAttributes(source.tree.attributes { name in !known.contains { name.hasPrefix($0) } })
  }

  private mutating func noteAttributes(_ count: Int) {
    notes += FileFormat.note(ofAttributes: count)
  }

  /// The array of each weight, by its number.
  private var datasets: [HDF5Dataset] {
    zip(model.layout.places, model.layout.datasets).map { place, dataset in
      let array = source.array(dataset, at: place).rounded(to: type)
      return array.elementType == dataset.elementType ? dataset : dataset.replaced(by: HDF5Dataset(array))
    }
  }

  private func sameArrangement(_ datasets: [HDF5Dataset]) -> HDF5Contents {
    var contents = source
    if format == .safetensors {
      contents.tree.replace(attributes: [KerasContainer.architectureAttribute], with: [])
    }
    guard type != nil else { return contents }
    for (place, dataset) in zip(model.layout.places, datasets) {
      contents.tree.set(.dataset(dataset), at: place.components)
    }
    return contents
  }

  /// Puts the group of the weights where the format has it.
  private mutating func placed(
    _ weights: HDF5Group, optimizer: HDF5Node?
  ) throws(ModelFileError) -> HDF5Group {
    let keepsOptimizer = format == .wholeHDF5 || model.layout.root == .root
    let dropped = source.arrays(except: []).filter { place in
      !place.components.starts(with: model.layout.root.components)
        && !(keepsOptimizer && place.components.starts(with: model.layout.optimizerState))
    }
    if model.layout.arrangement == format.arrangement, let first = dropped.first {
      notes.append("\(dropped.count) arrays that belong to no layer were left out, such as \(first)")
    }
    guard format == .wholeHDF5 else {
      noteTrainingConfiguration()
      return weights
    }
    var root = HDF5Group()
    root.set(.group(weights), at: KerasContainer.namedWeights.components)
    if let optimizer { root.set(optimizer, at: model.layout.optimizerState) }
    let kept = source.tree.attributes.filter { !isForAnotherRelease || $0.name != "keras_version" }
    let own = model.layout.root == .root ? [] : kept
    let text = HDF5Strings(list: [ByteString(try architecture())], isScalar: true)
    let architecture = HDF5Attribute(name: KerasContainer.architectureAttribute, content: .strings(text))
    root.replace(attributes: [], with: versionAttributes)
    root.replace(
      attributes: own.map(\.name) + [architecture.name],
      with: own.filter { $0.name != architecture.name } + [architecture])
    return root
  }

  private var versionAttributes: [HDF5Attribute] {
    guard !model.kerasVersion.isEmpty else { return [] }
    let text = HDF5Strings(list: [model.kerasVersion], isScalar: true)
    return [HDF5Attribute(name: "keras_version", content: .strings(text))]
  }

  // MARK: - Texts

  /// The text of the architecture.
  ///
  /// Outside of HDF5 it has to say in which module the model's class is, and in a file of its own, of which Keras it is.
  func architecture() throws(ModelFileError) -> [UInt8] {
    let document = model.architecture.document
    var editor = isForAnotherRelease ? model.released(document) : JSONEditor(document)
    guard format != .wholeHDF5, format != .safetensors else { return editor.apply() }
    if document.root["module"] == nil, let value = document.root["class_name"], let name = value.string {
      let parts = name.bytes.split(separator: UInt8(ascii: ">"))
      if parts.count > 1, let own = parts.last {
        editor.replace(value, with: JSONEditor.quoted(ByteString(own)))
      }
      editor.set("module", of: document.root, to: JSONEditor.quoted(model.module(ofClass: name)))
      editor.set("registered_name", of: document.root, to: JSONEditor.quoted(name))
    }
    if format.hasSeparateArchitecture, document.root["keras_version"] == nil, !model.kerasVersion.isEmpty {
      editor.set("keras_version", of: document.root, to: JSONEditor.quoted(model.kerasVersion))
    }
    return editor.apply()
  }

  /// The texts beside the weights of an archive.
  mutating func members(limits: ReadingLimits) throws(ModelFileError) -> [TensorModel.Member] {
    guard format == .archive || format == .safetensors else {
      if case .archive(let archive, _) = model.container { noteAssets(of: archive) }
      return []
    }
    let metadata: [TensorModel.Member] =
      format == .safetensors || model.kerasVersion.isEmpty
      ? []
      : [
        TensorModel.Member(
          name: KerasContainer.metadataMember,
          text: "{\"keras_version\": " + JSONEditor.quoted(model.kerasVersion) + "}")
      ]
    if isForAnotherRelease, format == .archive {
      if case .archive(let archive, _) = model.container { noteAssets(of: archive) }
      return metadata
    }
    switch model.container {
    case .wholeModel, .weights, .sharded: return metadata
    case .folder(_, _, let file):
      guard let file else { return metadata }
      let text = try FileReading.text(of: file, limits: limits)
      return [TensorModel.Member(name: KerasContainer.metadataMember, text: ByteString(text))]
    case .tensors(let tensors): return tensors.members.isEmpty ? metadata : tensors.members
    case .archive(let archive, _):
      noteAssets(of: archive)
      guard let member = archive[KerasContainer.metadataMember] else { return metadata }
      let text = try FileReading.inArchive(model.path) { () throws(ZipError) in
        try archive.content(of: member, limit: limits.json.bytes)
      }
      return [TensorModel.Member(name: member.name, text: ByteString(text))]
    }
  }

  private mutating func noteAssets(of archive: ZipArchive) {
    let known = [
      KerasContainer.metadataMember, KerasContainer.architectureMember, KerasContainer.weightsMember,
    ]
    for member in archive.members where !known.contains(member.name) {
      notes.append("the member \(member.name) was left out")
    }
  }
}

extension HDF5Contents {
  /// The places of all arrays but some.
  fileprivate func arrays(except places: Set<HDF5Path>) -> [HDF5Path] {
    var others: [HDF5Path] = []
    tree.forEachDataset { path, _ in if !places.contains(path) { others.append(path) } }
    return others
  }
}
