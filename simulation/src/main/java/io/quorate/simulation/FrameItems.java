package io.quorate.simulation;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;

/// Reads a frame of the journal as its format is written down, not as the journal's own code reads
/// it: the checkers' own eyes.
final class FrameItems {
  private static final int HEAD = 52;

  interface Visitor {
    void item(int group, int type, Bytes content) throws MalformedException;
  }

  private FrameItems() {}

  /// Bytes of head and body.
  static int length(Bytes frame) {
    try {
      return HEAD + new WireReader(frame.from(4)).u32();
    } catch (MalformedException e) {
      throw new ViolationException("journal", "a frame without a length: " + e.getMessage());
    }
  }

  static void forEach(Bytes frame, Visitor visitor) {
    try {
      var in = new WireReader(frame.slice(HEAD, length(frame) - HEAD));
      while (in.remaining() > 0) {
        int group = (int) in.count();
        int type = in.u8();
        visitor.item(group, type, in.raw(in.u32()));
      }
    } catch (MalformedException e) {
      throw new ViolationException("journal", "a frame that cannot be read: " + e.getMessage());
    }
  }
}
