import Bytes
import Elements

/// A model of ONNX with random operators, of which several read one tensor, and constants that several share.
struct RandomModel {
  private(set) var model = SmallModel()
  private var generator: SeededGenerator
  private var count = 0
  /// The tensors with four axes and with two, by their names and sizes.
  private var images: [(name: String, sizes: [Int64])] = []
  private var vectors: [(name: String, width: Int64)] = []
  /// Kernels that there are, by their sizes.
  private var kernels: [[Int64]: String] = [:]

  private static let versions: [Int64] = [9, 11, 13, 17, 21]

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    model.irVersion = chance(4) ? 3 : 8
    model.operatorSets = ["": Self.versions[pick(Self.versions.count)]]
    let sizes: [Int64] = [2, Int64(2 * (1 + pick(3))), 6, 6]
    model.inputs = [input("x", sizes)]
    images = [("x", sizes)]
    for _ in 0..<4 + pick(7) { addStep() }
    finish()
  }

  private mutating func pick(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }

  /// True once in so many times.
  private mutating func chance(_ count: Int) -> Bool { pick(count) == 0 }

  private mutating func newName(_ word: String) -> String {
    count += 1
    return "\(word)\(count)"
  }

  // MARK: - Constants

  private mutating func constant(_ sizes: [Int64], positive: Bool = false, word: String = "w") -> String {
    let name = newName(word)
    let values = (0..<sizes.reduce(1, *)).map { _ in
      let value = Float(generator.nextSigned())
      return positive ? abs(value) + 0.5 : value
    }
    if model.irVersion >= 4, chance(6) {
      model.nodes.append(
        node("Constant", [], [name], ["value": .tensor(initializer("", sizes, values))]))
    } else {
      model.initializers.append(initializer(name, sizes, values))
      if model.irVersion < 4 { model.inputs.append(input(name, sizes)) }
    }
    return name
  }

  /// A kernel, sometimes one that another operator has as well.
  private mutating func kernel(_ sizes: [Int64]) -> String {
    if let known = kernels[sizes], chance(3) { return known }
    let name = constant(sizes, word: "kernel")
    kernels[sizes] = name
    return name
  }

  // MARK: - Steps

  private mutating func addStep() {
    if !vectors.isEmpty, chance(2) { return addVectorStep() }
    let source = images[chance(3) ? pick(images.count) : images.count - 1]
    let channels = source.sizes[1]
    switch pick(12) {
    case 0...2: convolve(source)
    case 3: transposedConvolution(source)
    case 4...6: images.append((normalize(source.name, channels), source.sizes))
    case 7: images.append((otherWords(source.name, channels), source.sizes))
    case 8:
      images.append((apply(["Relu", "LeakyRelu", "Identity", "Tanh"][pick(4)], source.name), source.sizes))
    case 9: pool(source)
    case 10: join(source)
    default: flatten(source)
    }
  }

  private mutating func add(
    _ operatorType: String, _ inputs: [String], _ attributes: KeyValuePairs<String, Attribute> = [:]
  ) -> String {
    let name = newName(operatorType.lowercased())
    model.nodes.append(node(operatorType, inputs, [name], attributes))
    return name
  }

  private mutating func apply(_ operatorType: String, _ source: String) -> String {
    add(operatorType, [source])
  }

  private mutating func convolve(_ source: (name: String, sizes: [Int64])) {
    let inner = source.sizes[1]
    let groups = [1, inner % 2 == 0 ? 2 : 1, inner][pick(3)]
    let outer = groups * Int64(1 + pick(3))
    let (size, padding) = (chance(2) ? Int64(1) : 3, Int64(pick(2)))
    let weights =
      [kernel([outer, inner / groups, size, size])] + (chance(2) ? [constant([outer], word: "bias")] : [])
    let name = add(
      "Conv", [source.name] + weights,
      ["group": .integer(groups), "pads": [padding, padding, padding, padding]])
    let length = source.sizes[2] + 2 * padding - size + 1
    guard length > 2 else { return }
    images.append((name, [source.sizes[0], outer, length, length]))
    if chance(3) { images.append((normalize(name, outer), [source.sizes[0], outer, length, length])) }
  }

  private mutating func transposedConvolution(_ source: (name: String, sizes: [Int64])) {
    let inner = source.sizes[1]
    let groups: Int64 = inner % 2 == 0 && chance(2) ? 2 : 1
    let part = Int64(1 + pick(3))
    let weights =
      [kernel([inner, part, 2, 2])] + (chance(2) ? [constant([part * groups], word: "bias")] : [])
    let name = add("ConvTranspose", [source.name] + weights, ["group": .integer(groups)])
    let sizes = [source.sizes[0], part * groups, source.sizes[2] + 1, source.sizes[3] + 1]
    images.append((name, sizes))
  }

  private mutating func normalize(_ source: String, _ channels: Int64) -> String {
    let constants = [
      constant([channels]), constant([channels]), constant([channels]), constant([channels], positive: true),
    ]
    return add("BatchNormalization", [source] + constants, ["epsilon": 0.125])
  }

  private mutating func otherWords(_ source: String, _ channels: Int64) -> String {
    let sizes = chance(2) ? [1, channels, 1, 1] : [channels, 1, 1]
    let first = chance(2) ? source : add("Sub", [source, constant(sizes)])
    let product =
      chance(2)
      ? add("Mul", [constant(sizes), first]) : add("Div", [first, constant(sizes, positive: true)])
    return chance(4) ? product : add("Add", [product, constant(sizes)])
  }

  private mutating func pool(_ source: (name: String, sizes: [Int64])) {
    guard source.sizes[2] >= 3 else { return }
    let padding = Int64(pick(2))
    let attributes: KeyValuePairs<String, Attribute> =
      chance(2)
      ? ["kernel_shape": [3, 3], "pads": [padding, padding, padding, padding]]
      : ["kernel_shape": [3, 3], "pads": [padding, padding, padding, padding], "count_include_pad": 1]
    let isMaximum = chance(2)
    let name =
      isMaximum
      ? add(
        "MaxPool", [source.name], ["kernel_shape": [3, 3], "pads": [padding, padding, padding, padding]])
      : add("AveragePool", [source.name], attributes)
    let length = source.sizes[2] + 2 * padding - 2
    images.append((name, [source.sizes[0], source.sizes[1], length, length]))
  }

  private mutating func join(_ source: (name: String, sizes: [Int64])) {
    guard let other = images.last(where: { $0.sizes == source.sizes && $0.name != source.name }) else {
      return
    }
    if chance(2) {
      images.append((add("Add", [source.name, other.name]), source.sizes))
    } else {
      var sizes = source.sizes
      sizes[1] *= 2
      images.append((add("Concat", [source.name, other.name], ["axis": 1]), sizes))
    }
  }

  private mutating func flatten(_ source: (name: String, sizes: [Int64])) {
    vectors.append((add("Flatten", [source.name]), source.sizes[1...].reduce(1, *)))
  }

  private mutating func addVectorStep() {
    let source = vectors[vectors.count - 1]
    let width = Int64(2 + pick(3))
    switch pick(5) {
    case 0:
      let name = add(
        "Gemm", [source.name, kernel([source.width, width]), constant([width], word: "bias")],
        ["alpha": 0.75, "beta": 1.5])
      vectors.append((name, width))
    case 1: vectors.append((add("MatMul", [source.name, kernel([source.width, width])]), width))
    case 2: vectors.append((add("Add", [constant([source.width]), source.name]), source.width))
    case 3: vectors.append((apply("Relu", source.name), source.width))
    default: vectors.append((normalize(source.name, source.width), source.width))
    }
  }

  /// The last tensors go out, and sometimes one in between; its sizes are read sometimes.
  private mutating func finish() {
    var names = [images[images.count - 1].name] + (vectors.last.map { [$0.name] } ?? [])
    if chance(3) { names.append(images[pick(images.count)].name) }
    if chance(3) { names.append(add("Shape", [images[pick(images.count)].name])) }
    var outputs: [String] = []
    for name in names where name != "x" && !outputs.contains(name) { outputs.append(name) }
    model.outputs = outputs.isEmpty ? [add("Identity", ["x"])] : outputs
  }
}
