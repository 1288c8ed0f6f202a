import BatchNormFolding
import Bytes
import Fixtures
import ModelGraph
import Testing
@testable import KerasFormat

/// The names of Keras's state files, as `to_snake_case` and `_save_container_state` make them.
@Suite struct ObjectKeysTests {
  @Test(arguments: [
    ("Conv2D", "conv2d"), ("ReLU", "re_lu"), ("PReLU", "p_re_lu"), ("Conv2DTranspose", "conv2d_transpose"),
    ("GlobalAveragePooling2D", "global_average_pooling2d"), ("LSTM", "lstm"), ("TFOpLambda", "tf_op_lambda"),
    ("DepthwiseConv1D", "depthwise_conv1d"), ("BatchNormalization", "batch_normalization"),
    ("LSTMCell", "lstm_cell"), ("package>MyDense", "my_dense"), ("Model", "functional"),
    ("ConvLSTM2D", "conv_lstm2d"), ("MyX2Block", "my_x2_block"), ("AB2C", "ab2c"),
    ("GroupQueryAttention", "grouped_query_attention"),
  ])
  func `A class's name becomes words`(className: String, key: String) {
    #expect("\(ObjectKeys(scheme: .layers).key(ofClass: ByteString(className)))" == key)
  }

  @Test func `Layers of a class are counted in the order of the model, those without weights too`() {
    var graph = Graph(name: "model", isSequential: true)
    for (index, name) in ["InputLayer", "Dense", "ReLU", "Dense", "Add", "Dense"].enumerated() {
      let operation: Operation = index == 0 ? .input(shape: nil, elementType: "float32") : .identity
      graph.layers.append(
        Layer(name: ByteString("layer \(index)"), className: ByteString(name), operation: operation))
    }
    graph.layers[4].isFunction = true
    let keys = ObjectKeys(scheme: .layers).keys(of: graph)
    #expect(keys.map(\.layer) == [1, 2, 3, 5])
    #expect(keys.map(\.key) == ["dense", "re_lu", "dense_1", "dense_2"])
  }
}
