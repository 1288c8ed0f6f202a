import Fixtures
import KerasFormat
import ModelFormats
import Testing

/// Damaged and unusual files: each is refused with the rule that it breaks, and the place.
@Suite struct MalformedFileTests {
  private func problem(of name: String) -> ModelFileError? {
    do throws(ModelFileError) {
      _ = try KerasModel(reading: Fixtures.malformed(name))
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("not_hdf5", "does not know what this is"), ("empty", "this is an empty file"),
    ("truncated", "truncated file"),
    ("no_model_config", "no architecture"), ("model_config_not_json", "model_config: this is not valid JSON"),
    ("weights_missing", "missing"), ("weights_wrong_shape", "has the shape"),
    ("keras1", "Keras 1.2.2"), ("layer_order_swapped", "another order"),
    ("unknown_dtype", "elements of type int32"),
    ("open_for_writing", "has not closed it"), ("filter_unknown", "the filter 32015"),
    ("external_storage", "in other files"), ("virtual_dataset", "in other files"),
    ("soft_link", "soft and external links"), ("external_link", "soft and external links"),
    ("group_loop", "a second name"), ("type_odd_float", "not IEEE 754"), ("type_compound", "compound"),
    ("type_reference", "reference"), ("type_lists", "lists of different lengths"),
    ("names_swapped", "where another one of the layer belongs"), ("names_twice", "a name twice"),
    ("names_with_zero", "a zero byte"), ("epsilon_null", "epsilon is null"),
    ("epsilon_text", "epsilon is not a number"), ("epsilon_negative", "epsilon is negative"),
    ("axis_batch", "the axis 0"), ("filters_negative", "filters is not positive"),
    ("groups_zero", "groups is not positive"), ("key_twice", "occurs twice"),
  ])
  func `A damaged file is refused with its rule`(name: String, words: String) throws {
    let error = try #require(problem(of: name))
    #expect("\(error)".contains(words), "\(error)")
    #expect("\(error)".contains(Fixtures.malformed(name)))
  }

  /// The structure is in order; the chunk is looked at when its elements are needed.
  @Test(arguments: [
    ("checksum_wrong", "checksum is wrong"), ("chunk_missing", "never written"),
    ("deflate_short", "exactly the size"), ("deflate_long", "larger than its content"),
  ])
  func `A damaged chunk is refused when it is read`(name: String, words: String) throws {
    let model = try KerasModel(reading: Fixtures.malformed(name))
    let layer = try #require(model.graph.layers.first { $0.name == "conv" })
    let kernel = try #require(layer.variable(.kernel))
    do {
      let _: [Float] = try kernel.elements(from: model)
      Issue.record("the chunk was read")
    } catch {
      #expect("\(error)".contains(words), "\(error)")
    }
  }

  @Test func `A file that is not there is an error of the system`() {
    do throws(ModelFileError) {
      _ = try KerasModel(reading: "/nonexistent.h5")
      Issue.record("the file is there")
    } catch {
      #expect(error.systemError == 2)
    }
  }
}
