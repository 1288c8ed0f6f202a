import Diagnosis
import Supervision

/// What folding did to the kernel of a layer, output channel by output channel.
package typealias KernelChange = Diagnosis.KernelChange

/// How the largest magnitudes of the output channels of a kernel are distributed.
package typealias ChannelRanges = Diagnosis.ChannelRanges

extension KernelChange: CheckedMessage {
  /// Its channels are counted.
  public var isPossible: Bool {
    Answers.areCounts(channels, deadChannels) && deadChannels <= channels
  }
}
