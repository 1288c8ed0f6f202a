import LosslessJSON

/// Small architectures of both generations, and what is put in the place of their values.
enum Seeds {
  /// An architecture with the places of all its values.
  struct Seed {
    let text: [UInt8]
    let values: [Range<Int>]
  }

  static let all: [Seed] = texts.map { text in
    guard let document = try? JSONDocument(parsing: Array(text.utf8)) else {
      preconditionFailure("a seed is no JSON: \(text)")
    }
    return Seed(text: document.text, values: ranges(of: document.root))
  }

  private static func ranges(of value: JSONValue) -> [Range<Int>] {
    [value.range] + (value.array ?? value.members?.map(\.value) ?? []).flatMap { ranges(of: $0) }
  }

  /// A layer as Keras 2 writes it: its inputs by name, node and tensor.
  private static func layer(_ kind: String, _ name: String, _ attributes: String, _ inputs: String) -> String
  {
    #"{"class_name":"\#(kind)","config":{"name":"\#(name)"\#(attributes)},"inbound_nodes":[\#(inputs)]}"#
  }

  private static func model(_ layers: [String], output: String) -> String {
    let list = layers.joined(separator: ",")
    return #"{"class_name":"Functional","config":{"name":"m","layers":[\#(list)],"input_layers":[["i",0,0]],"#
      + #""output_layers":[["\#(output)",0,0]]}}"#
  }

  private static func input(_ shape: String) -> String {
    layer("InputLayer", "i", #","batch_input_shape":\#(shape)"#, "")
  }

  private static let tensor = #"{"class_name":"__keras_tensor__","config":{"keras_history":["i",0,0]}}"#

  /// Two layers behind an input are enough for every rule of the reader, and small texts are read fast.
  private static let texts: [String] = [
    model(
      [
        input("[null,6,6,3]"), layer("Conv2D", "c", #","filters":4,"kernel_size":[3,3]"#, #"[["i",0,0]]"#),
        layer("BatchNormalization", "b", #","axis":[3],"epsilon":0.001"#, #"[["c",0,0,{"training":false}]]"#),
      ], output: "b"),
    model(
      [
        input("[null,6,4]"),
        layer("Conv1D", "c", #","filters":4,"kernel_size":2,"groups":2"#, #"[["i",0,0]]"#),
        layer("Add", "a", "", #"[["c",0,0],["i",0,0]]"#),
      ], output: "a"),
    model(
      [
        input("[null,4,6]"),
        layer(
          "TimeDistributed", "t", #","layer":{"class_name":"Dense","config":{"name":"d","units":3}}"#,
          #"[["i",0,0]]"#),
        layer("Permute", "p", #","dims":[2,1]"#, #"[["t",0,0]]"#),
      ], output: "p"),
    model(
      [
        input("[null,8,8,2]"),
        layer("DepthwiseConv2D", "c", #","kernel_size":[3,3],"depth_multiplier":2"#, #"[["i",0,0]]"#),
        layer("MaxPooling2D", "p", #","pool_size":[2,2],"strides":null"#, #"[["c",0,0]]"#),
      ], output: "p"),
    model(
      [
        input("[null,8,8,2]"), layer("ZeroPadding2D", "z", #","padding":[[1,1],[0,2]]"#, #"[["i",0,0]]"#),
        layer("GlobalAveragePooling2D", "g", #","keepdims":true"#, #"[["z",0,0]]"#),
      ], output: "g"),
    model(
      [
        input("[null,5]"), layer("Embedding", "e", #","input_dim":7,"output_dim":3"#, #"[["i",0,0]]"#),
        layer("EinsumDense", "s", #","equation":"abc,cd->abd","bias_axes":"d""#, #"[["e",0,0]]"#),
      ], output: "s"),
    model(
      [
        input("[null,4,4]"), layer("Reshape", "r", #","target_shape":[2,-1]"#, #"[["i",0,0]]"#),
        layer("Concatenate", "k", #","axis":-1"#, #"[["r",0,0],["r",0,0]]"#),
      ], output: "k"),
    model(
      [
        input("[null,5,5,1]"),
        layer(
          "Conv2DTranspose", "c", #","filters":2,"kernel_size":3,"strides":2,"output_padding":1"#,
          #"[["i",0,0]]"#),
        layer("Cropping2D", "x", #","cropping":1"#, #"[["c",0,0]]"#),
      ], output: "x"),
    model(
      [
        input("[null,5,1]"),
        layer(
          "SeparableConv1D", "s", #","filters":3,"kernel_size":[2],"dilation_rate":[2]"#, #"[["i",0,0]]"#),
        layer("UpSampling1D", "u", #","size":2"#, #"[["s",0,0]]"#),
      ], output: "u"),
    #"{"class_name":"Sequential","config":{"layers":[{"class_name":"InputLayer","config":{"name":"i","batch_shape":[null,4]}},"#
      + #"{"class_name":"Dense","config":{"name":"d","units":3}},{"class_name":"LayerNormalization","config":{"name":"l","axis":[-1]}},"#
      + #"{"class_name":"ReLU","config":{"name":"r","max_value":6.0}}]}}"#,
    model(
      [
        input("[null,4]"),
        #"{"class_name":"Dense","module":"keras.layers","config":{"name":"d","units":4,"dtype":{"class_name":"DTypePolicy","config":{"name":"float32"}}},"#
          + #""inbound_nodes":[{"args":[\#(tensor)],"kwargs":{"training":true}}]}"#,
      ], output: "d"),
    model(
      [
        input("[null,4]"),
        #"{"class_name":"Functional","config":{"name":"n","layers":[{"class_name":"InputLayer","config":{"name":"j"},"inbound_nodes":[]}],"#
          + #""input_layers":[["j",0,0]],"output_layers":[["j",0,0]]},"inbound_nodes":[[["i",0,0]],[["n",0,0]]]}"#,
      ], output: "n"),
  ]

  static let words: [[UInt8]] = [
    "null", "true", "false", "0", "1", "-1", "2", "3", "64", "-9223372036854775808", "9223372036854775807",
    "2147483647",
    "1e308", "-0.0", "1e-320", "NaN", "Infinity", "0.5", "[]", "{}", "[0]", "[-1,1]", "[[1,1],[2,2]]", "\"\"",
    "\"a\"",
    "\"i\"", "\"c\"", "[\"i\",0,0]", "[[\"i\",0,0]]", "[[[\"i\",0,0,{}]]]", "[\"c\",-1,1]", "\"same\"",
    "\"valid\"",
    "\"causal\"", "\"channels_first\"", "\"relu\"", "\"softmax\"", "\"float16\"", "\"mixed_bfloat16\"",
    "\"InputLayer\"",
    "\"Dense\"", "\"Conv1D\"", "\"Conv2D\"", "\"Conv3D\"", "\"Conv2DTranspose\"", "\"DepthwiseConv2D\"",
    "\"SeparableConv1D\"", "\"BatchNormalization\"", "\"TimeDistributed\"", "\"Sequential\"",
    "\"Functional\"",
    "\"Reshape\"", "\"Flatten\"", "\"Permute\"", "\"RepeatVector\"", "\"Add\"", "\"Multiply\"",
    "\"Concatenate\"",
    "\"Lambda\"", "\"Softmax\"", "\"UpSampling2D\"", "\"AveragePooling1D\"", "\"GlobalMaxPooling1D\"",
    "\"...c,cd->...d\"",
    "\"ab,bc->ca\"", "[1,2,3,4,5,6,7,8,9,10,11,12]", "{\"name\":\"i\"}",
    "{\"class_name\":\"Dense\",\"config\":{}}",
  ].map { Array($0.utf8) }
}
