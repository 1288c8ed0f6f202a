import CHDF5
import Compression
import Elements

/// Reads a whole array from its chunks, each of which has to be there and to decode to exactly its size.
struct ChunkReader {
  let dataset: hid_t
  let layout: ChunkLayout
  let place: HDF5Path

  func read() throws(HDF5Error) -> [UInt8] {
    var array = [UInt8](repeating: 0, count: layout.shape.elementCount * layout.elementBytes)
    let counts = layout.counts
    var position = [Int](repeating: 0, count: counts.count)
    for _ in 0..<counts.elementCount {
      let corner = zip(position, layout.chunk).map { $0 * $1 }
      let bytes = try decodedChunk(at: corner)
      copy(bytes, from: corner, to: &array)
      for axis in counts.indices.reversed() {
        position[axis] += 1
        if position[axis] < counts[axis] { break }
        position[axis] = 0
      }
    }
    return array
  }

  private func decodedChunk(at corner: [Int]) throws(HDF5Error) -> [UInt8] {
    var skipped: UInt32 = 0
    var size: hsize_t = 0
    let offset = corner.map { hsize_t($0) }
    let isThere = Library.query { H5Dget_chunk_storage_size(dataset, offset, &size) } >= 0
    guard isThere, size > 0 else { throw damaged("a chunk was never written") }
    // Deflate expands what it cannot compress by less than a tenth of a percent and a few bytes.
    let largest = layout.chunkBytes + layout.chunkBytes / 1000 + 64
    guard size <= largest else { throw damaged("a chunk is larger than its content") }
    var stored = [UInt8](repeating: 0, count: Int(size))
    // Undecoded; the chunk's address would not do, since some versions forget a block of the user's before it.
    _ = try Library.call(at: place) {
      H5Dread_chunk(dataset, hid_t(H5P_DEFAULT), offset, &skipped, &stored)
    }
    let filters = layout.filters.enumerated().filter { skipped & (1 << UInt32($0.offset)) == 0 }.map(
      \.element)
    return try decode(stored, filters: filters)
  }

  /// Takes the filters back, the last one first; what each stage has to give is known from its size alone.
  private func decode(_ stored: [UInt8], filters: [ChunkLayout.Filter]) throws(HDF5Error) -> [UInt8] {
    /// Bytes of a chunk before a filter was applied: checksums make it longer.
    func size(before index: Int) -> Int {
      layout.chunkBytes + 4 * filters[..<index].filter { $0 == .fletcher32 }.count
    }
    var bytes = stored
    for (index, filter) in filters.enumerated().reversed() {
      switch filter {
      case .fletcher32:
        guard let content = Fletcher32.verified(bytes) else { throw damaged("a chunk's checksum is wrong") }
        bytes = content
      case .shuffle: bytes = unshuffled(bytes)
      case .deflate:
        guard let content = Deflate.inflated(bytes, byteCount: size(before: index), wrapper: .zlib) else {
          throw damaged(Self.wrongSize)
        }
        bytes = content
      case .lzf:
        guard let content = LZF.decoded(bytes, byteCount: size(before: index)) else {
          throw damaged(Self.wrongSize)
        }
        bytes = content
      }
    }
    guard bytes.count == layout.chunkBytes else {
      throw damaged("a chunk has \(bytes.count) bytes instead of \(layout.chunkBytes)")
    }
    return bytes
  }

  private static let wrongSize = "a compressed chunk does not have exactly the size of its content"

  /// Bytes behind the last whole element stay where they are, as in libhdf5's H5Zshuffle.c.
  private func unshuffled(_ bytes: [UInt8]) -> [UInt8] {
    let width = layout.elementBytes
    let count = bytes.count / width
    guard width > 1, count > 1 else { return bytes }
    var result = bytes
    for byte in 0..<width {
      for element in 0..<count { result[element * width + byte] = bytes[byte * count + element] }
    }
    return result
  }

  /// Copies the part of a chunk that lies inside the array, a run along the last axis at a time.
  private func copy(_ chunk: [UInt8], from corner: [Int], to array: inout [UInt8]) {
    let rank = layout.shape.count
    guard rank > 0 else {
      array = chunk
      return
    }
    let inside = (0..<rank).map { min(layout.chunk[$0], layout.shape[$0] - corner[$0]) }
    let run = inside[rank - 1] * layout.elementBytes
    for row in 0..<inside.dropLast().elementCount {
      var rest = row
      var (source, target) = (0, 0)
      var (sourceStride, targetStride) = (layout.chunk[rank - 1], layout.shape[rank - 1])
      for axis in (0..<rank - 1).reversed() {
        let step = rest % inside[axis]
        rest /= inside[axis]
        source += step * sourceStride
        target += (corner[axis] + step) * targetStride
        sourceStride *= layout.chunk[axis]
        targetStride *= layout.shape[axis]
      }
      let first = source * layout.elementBytes
      let place = (target + corner[rank - 1]) * layout.elementBytes
      array.replaceSubrange(place..<place + run, with: chunk[first..<first + run])
    }
  }

  private func damaged(_ what: String) -> HDF5Error { HDF5Error(.unreadable(what), at: "\(place)") }
}
