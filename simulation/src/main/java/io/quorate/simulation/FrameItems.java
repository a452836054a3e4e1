package io.quorate.simulation;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import java.util.ArrayList;
import java.util.List;

/// Reads a frame of the journal as its format is written down, not as the journal's own code reads
/// it: the checkers' own eyes.
final class FrameItems {
  private static final int HEAD = 52;
  private static final int SECTOR = 4096;
  private static final int MAGIC = 0x5146524d;

  interface Visitor {
    void item(int group, int type, Bytes content) throws MalformedException;
  }

  private FrameItems() {}

  /// Where a whole frame stands.
  record Place(String file, int offset, int length) {}

  /// The frames of a disk's journal that a later one proves: all but the last.
  static List<Place> proven(SimulatedDisk disk) {
    var places = new ArrayList<Place>();
    for (var name : disk.list("journal")) {
      if (name.matches("[0-9a-f]{16}")) {
        var file = "journal/" + name;
        addFrames(file, Long.parseUnsignedLong(name, 16), disk.durable(file), places);
      }
    }
    return places.isEmpty() ? places : places.subList(0, places.size() - 1);
  }

  private static void addFrames(String file, long segment, Bytes content, List<Place> places) {
    try {
      for (int at = SECTOR; at + HEAD <= content.length(); ) {
        var in = new WireReader(content.slice(at, HEAD));
        boolean isFrame = in.u32() == MAGIC;
        int length = HEAD + in.u32();
        in.u64();
        if (!isFrame || in.u64() != segment || in.u64() != at) {
          return;
        }
        places.add(new Place(file, at, length));
        at += (length + SECTOR - 1) / SECTOR * SECTOR;
      }
    } catch (MalformedException e) {
      throw new ViolationException("journal", "a frame that cannot be read: " + e.getMessage());
    }
  }

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
