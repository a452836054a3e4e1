package io.quorate.simulation.watch;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import java.util.ArrayList;
import java.util.List;

/// Reads frames of the journal as their format is written down, not as the journal's own code reads
/// them: the checkers' own eyes.
public final class JournalFrames {
  private static final int HEAD = 52;
  private static final int SECTOR = 4096;
  private static final int MAGIC = 0x5146524d;

  /// Takes an item of a frame.
  public interface Visitor {
    void item(int group, int type, Bytes content) throws MalformedException;
  }

  private JournalFrames() {}

  /// Where a whole frame stands in its segment: bytes.
  public record Place(int offset, int length) {}

  /// The frames at the beginning of a segment, up to the first that is none.
  public static List<Place> of(long segment, Bytes content) {
    var places = new ArrayList<Place>();
    try {
      for (int at = SECTOR; at + HEAD <= content.length(); ) {
        var in = new WireReader(content.slice(at, HEAD));
        boolean isFrame = in.u32() == MAGIC;
        int length = HEAD + in.u32();
        in.u64();
        if (!isFrame || in.u64() != segment || in.u64() != at) {
          break;
        }
        places.add(new Place(at, length));
        at += (length + SECTOR - 1) / SECTOR * SECTOR;
      }
    } catch (MalformedException e) {
      throw unreadable(e);
    }
    return places;
  }

  /// Bytes of head and body.
  public static int length(Bytes frame) {
    try {
      return HEAD + new WireReader(frame.from(4)).u32();
    } catch (MalformedException e) {
      throw unreadable(e);
    }
  }

  /// Shows the items of a frame.
  public static void forEach(Bytes frame, Visitor visitor) {
    try {
      var in = new WireReader(frame.slice(HEAD, length(frame) - HEAD));
      while (in.remaining() > 0) {
        int group = (int) in.count();
        int type = in.u8();
        visitor.item(group, type, in.raw(in.u32()));
      }
    } catch (MalformedException e) {
      throw unreadable(e);
    }
  }

  private static ViolationException unreadable(MalformedException e) {
    return new ViolationException("journal", "a frame that cannot be read: " + e.getMessage());
  }
}
