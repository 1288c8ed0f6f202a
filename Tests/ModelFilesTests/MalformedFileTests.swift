import Fixtures
import ModelFiles
import Testing

/// Damaged and unusual files: each is refused with the rule that it breaks, and the place.
@Suite struct MalformedFileTests {
  private func problem(of name: String) -> ModelFileError? {
    do throws(ModelFileError) {
      _ = try KerasHDF5Model(reading: Fixtures.malformed(name))
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("not_hdf5", "this is not an HDF5 file"), ("empty", "this is not an HDF5 file"),
    ("truncated", "truncated file"),
    ("no_model_config", "no model_config"), ("model_config_not_json", "model_config is not valid JSON"),
    ("weights_missing", "missing"), ("weights_wrong_shape", "has the shape"),
    ("keras1", "Keras 1.2.2"), ("layer_order_swapped", "another order"),
    ("unknown_dtype", "elements of type int32"),
  ])
  func `A damaged file is refused with its rule`(name: String, words: String) throws {
    let error = try #require(problem(of: name))
    #expect("\(error)".contains(words), "\(error)")
    #expect("\(error)".contains(Fixtures.malformed(name)))
  }

  @Test func `A file that is not there is an error of the system`() {
    do throws(ModelFileError) {
      _ = try KerasHDF5Model(reading: "/nonexistent.h5")
      Issue.record("the file is there")
    } catch {
      #expect(error.systemError == 2)
    }
  }
}
