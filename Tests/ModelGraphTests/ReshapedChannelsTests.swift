import ModelGraph
import Testing

/// Where the channels of a tensor are when its elements get another shape in the same order.
@Suite struct ReshapedChannelsTests {
  private func channels(
    of shape: [Int], along place: Int, in other: [Int], areAlike: (Int, Int) -> Bool = { _, _ in false }
  ) -> ReshapedChannels? {
    ReshapedChannels(of: shape, alongAxis: place, in: other, areAlike: areAlike)
  }

  /// The flat index h * 6 + w * 3 + c keeps c in the last axis of three.
  @Test func `Spatial axes that become one leave the channels where they are`() throws {
    let moved = try #require(channels(of: [2, 2, 3], along: 2, in: [4, 3]))
    #expect(moved.axis == 1)
    #expect(moved.channels == [[0], [1], [2]])
  }

  @Test func `Flattened channels come again and again`() throws {
    let moved = try #require(channels(of: [2, 3], along: 1, in: [6]))
    #expect(moved.axis == 0)
    #expect(moved.channels == [[0], [1], [2], [0], [1], [2]])
  }

  @Test func `Flattened channels that come first are each there in a row`() throws {
    let moved = try #require(channels(of: [3, 2], along: 0, in: [6]))
    #expect(moved.channels == [[0], [0], [1], [1], [2], [2]])
  }

  @Test func `Channels that two axes share have no axis`() {
    #expect(channels(of: [4], along: 0, in: [2, 2]) == nil)
  }

  /// Channels 0 and 1 are alike, and so are 2 and 3: the rows of [[0, 1], [2, 3]] tell them apart.
  @Test func `Channels that are alike may share an index`() throws {
    let moved = try #require(channels(of: [4], along: 0, in: [2, 2]) { $0 / 2 == $1 / 2 })
    #expect(moved.axis == 0)
    #expect(moved.channels == [[0, 1], [2, 3]])
  }

  @Test func `Where all channels are alike the last axis will do`() throws {
    let moved = try #require(channels(of: [4], along: 0, in: [2, 2]) { _, _ in true })
    #expect(moved.axis == 1)
    #expect(moved.channels == [[0, 2], [1, 3]])
  }

  @Test(
    arguments: [
      ([2, 3], 1, [5]), ([2, 3], 2, [6]), ([2, 3], -1, [6]), ([0, 3], 1, [0]), ([-2, -3], 1, [6]),
      ([.max, .max], 1, [.max, .max]), ([1 << 22, 2], 1, [1 << 23]),
    ] as [([Int], Int, [Int])])
  func `Other elements, no such axis, no elements or too many have no channels`(
    shape: [Int], place: Int, other: [Int]
  ) {
    #expect(channels(of: shape, along: place, in: other) { _, _ in true } == nil)
  }
}
