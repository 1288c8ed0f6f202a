import Bytes
import Files
import HDF5
import ModelFormats

/// Weights that Keras has cut into several HDF5 files, as one tree.
///
/// Source: keras/src/saving/saving_lib.py `ShardedH5IOStore`: the list names the groups of weights, and the weights of a
/// group may be in several files.
struct ShardedWeights: Sendable {
  let contents: HDF5Contents
  let arrayBytes: Int
  /// How many attributes the shards have that one tree of arrays does not take over.
  let otherAttributes: Int

  /// Puts the shards together.
  ///
  /// - Throws: `ModelFileError` where the list and the files do not fit.
  init(_ list: ShardList, limits: ReadingLimits) throws(ModelFileError) {
    var tree = HDF5Group()
    var arrayBytes = 0
    var otherAttributes = 0
    for (name, input) in list.usedFiles {
      let shard = try FileReading.inHDF5(input.path) { () throws(HDF5Error) in
        try HDF5File(reading: input, limits: limits.hdf5)
      }
      arrayBytes += shard.arrayBytes
      otherAttributes += shard.tree.attributes { _ in true } + shard.tree.arrayAttributes
      var listed: Set<HDF5Path> = []
      for (key, files) in list.entries where files.contains(name) {
        listed.insert(HDF5Path(key.split(separator: UInt8(ascii: "/"))))
      }
      var problem: ModelFileError?
      shard.tree.forEachDataset { path, dataset in
        let group = HDF5Path(path.components.dropLast())
        let place = ByteString("\(path)")
        if !listed.contains(group) {
          problem = problem ?? list.problem(.unlistedGroup(shard: name), at: place)
        } else if tree[path.components] != nil {
          problem = problem ?? list.problem(.repeatedArray, at: place)
        } else if dataset.elementType.byteCount == nil {
          problem = problem ?? list.problem(.elementType(dataset.elementType), at: place)
        } else {
          let content = HDF5Dataset.Content.made(shard.contents.content(of: dataset))
          tree.set(
            .dataset(HDF5Dataset(shape: dataset.shape, elementType: dataset.elementType, content: content)),
            at: path.components)
        }
      }
      if let problem { throw problem }
      listed = listed.filter { shard.tree.hasArrays(at: $0.components) == false }
      if let missing = listed.map(\.description).min() {
        throw list.problem(.missingGroup(shard: name), at: ByteString(missing))
      }
    }
    contents = HDF5Contents(made: tree)
    self.arrayBytes = arrayBytes
    self.otherAttributes = otherAttributes
  }
}
